(function () {
  var root = document.documentElement, button = document.getElementById('language');
  function language(next) {
    root.dataset.language = next;
    root.lang = next === 'zh' ? 'zh-CN' : 'en';
    button.textContent = next === 'zh' ? 'EN' : '中文';
  }
  function other() { language(root.dataset.language === 'zh' ? 'en' : 'zh'); }
  button.hidden = false;
  button.addEventListener('click', other);
  document.querySelectorAll('.keys').forEach(function (hint) { hint.hidden = false; });
  var heads = Array.prototype.slice.call(document.querySelectorAll('h2, h3'));
  function step(by) {
    var here = heads.findIndex(function (head) { return head.getBoundingClientRect().top > (by > 0 ? 12 : -12); });
    if (here < 0) { here = heads.length; }
    var next = heads[by > 0 ? here : here - 1];
    if (next && by > 0 && next.getBoundingClientRect().top < 13) { next = heads[here + 1]; }
    if (!next) { return; }
    next.tabIndex = -1;
    next.focus({ preventScroll: true });
    next.scrollIntoView();
  }
  document.addEventListener('keydown', function (event) {
    var at = event.target;
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (/^(TEXTAREA|SELECT)$/.test(at.tagName) || at.tagName === 'INPUT' && at.type !== 'checkbox') { return; }
    if (event.key === 'j') { step(1); }
    if (event.key === 'k') { step(-1); }
    if (event.key === 'l') { other(); }
    if (event.key === 't') {
      var boxes = document.querySelectorAll('.toggle'), on = boxes.length && !boxes[0].checked;
      boxes.forEach(function (box) { box.checked = on; });
    }
  });
}());
