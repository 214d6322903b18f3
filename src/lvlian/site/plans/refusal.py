"""Why a document or a decision is not taken, in one sentence of the language of the page."""

from __future__ import annotations

import re

from django.utils import translation
from django.utils.translation import gettext_noop


class PlanError(ValueError):
    """Something cannot be done with a plan or a fact; the message is one sentence for the person who asked."""


_TOLD: tuple[tuple[str, str], ...] = (
    (r"file is empty", gettext_noop("是空文件（0 字节），应是规划的 docx、pdf、txt 或 html。")),
    (r"nothing but white space", gettext_noop("里只有空白，应是有正文的规划。")),
    (r"image, which cannot", gettext_noop("是图片，没有文字：请先做文字识别，或交 docx。")),
    (r"unpacks to more than", gettext_noop("解开后大得不像规划（可能是压缩炸弹），没有读：请把正文另存为新的 docx。")),
    (r"docx is broken|zip archive is damaged", gettext_noop("是损坏的 docx：请用 Word 或 WPS 打开修复，另存为 docx。")),
    (r"docx is encrypted|encrypted Office|encrypted zip", gettext_noop("有密码：请用密码打开，去掉密码另存后再载入。")),
    (r"zip archive and no docx|archive, which cannot", gettext_noop("是压缩包：请解开，交里面的规划。")),
    (r"Excel", gettext_noop("是 Excel 表：请把规划放进 Word，另存为 docx。")),
    (r"PowerPoint", gettext_noop("是演示文稿：请把文字另存为 docx。")),
    (r"Word 97|old Office or WPS|rich text|OpenDocument|flat XML", gettext_noop("是旧格式：请用 Word 或 WPS 打开，另存为 docx。")),
    (r"OFD", gettext_noop("是 OFD：请另存为 docx 或有文字层的 PDF。")),
    (r"PDF is encrypted", gettext_noop("是加密的 PDF：请去掉密码另存后再载入。")),
    (r"PDF is broken", gettext_noop("是损坏的 PDF：请打开后打印成新的 PDF，或交 docx。")),
    (r"pages hold no text|without a text layer|text layer cannot be read", gettext_noop("是扫描件，没有可读的文字层：请先做文字识别，或交 docx。")),
    (r"PDF has|reading the PDF takes", gettext_noop("太长：请只交规划正文。")),
    (r"UTF-8|not valid in it", gettext_noop("的文字编码认不出（既不是 UTF-8 也不是 GB18030）：请另存为 UTF-8。")),
    (r"binary data|NUL", gettext_noop("是二进制数据，不是文字：请交 docx、pdf、txt 或 html。")),
    (r"the page (?:has|holds)|tags of the page", gettext_noop("这个网页里没有可读的正文：请把正文另存为 txt 或 docx。")),
    (r"web archive", gettext_noop("是网页存档（mht）：请另存为 html 或 docx。")),
    (r"cannot be read as a plan", gettext_noop("不是能读的格式：请交 docx、pdf、txt 或 html。")),
    (r"MB are read", gettext_noop("太大：请只交规划正文，去掉图片和附件。")),
    (r"not the document of", gettext_noop("不是这份规划的原件：多半的句子在里面找不到，什么也没有改。")),
    (r"region file is damaged", gettext_noop("对应的地区事实文件损坏，不能附上原件。")),
)  # fmt: skip
"""What the engine says of files that it cannot read (English, `name: problem`), in the words of the site."""


def sentence(error: Exception) -> str:
    """The error's sentence for a page: what the readers of files say is put into Chinese where the page is Chinese."""
    words = str(error)
    if isinstance(error, PlanError) or (translation.get_language() or "").startswith("en"):
        return words
    name, colon, problem = words.partition(": ")
    if colon:
        for pattern, told in _TOLD:
            if re.search(pattern, problem):
                return f"“{name}”{translation.gettext(told)}"
    return words
