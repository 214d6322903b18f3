"""The tables of organisation, people, audit and desk."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('username', models.CharField(max_length=60, unique=True, validators=[django.core.validators.RegexValidator('^[\\w.@-]{2,60}$', '账号只用文字、数字与 . @ -')], verbose_name='账号')),
                ('name', models.CharField(max_length=60, verbose_name='姓名或岗位')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='电话')),
                ('is_active', models.BooleanField(default=True, verbose_name='启用')),
                ('must_change', models.BooleanField(default=True, verbose_name='须改口令')),
                ('changed_at', models.DateTimeField(blank=True, null=True, verbose_name='口令改于')),
                ('joined_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='建于')),
                ('preferences', models.JSONField(blank=True, default=dict, verbose_name='偏好')),
                ('revision', models.PositiveIntegerField(default=1, editable=False, verbose_name='版次')),
            ],
            options={
                'verbose_name': '人员',
                'verbose_name_plural': '人员',
                'ordering': ('username',),
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=60, verbose_name='用途')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('read_only', models.BooleanField(default=True, verbose_name='只读')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='建于')),
                ('ends_at', models.DateTimeField(blank=True, null=True, verbose_name='有效至')),
                ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='最近使用')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to=settings.AUTH_USER_MODEL, verbose_name='人员')),
            ],
            options={
                'verbose_name': '接口密钥',
                'verbose_name_plural': '接口密钥',
                'ordering': ('-made_at',),
            },
        ),
        migrations.CreateModel(
            name='Region',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=32, unique=True, validators=[django.core.validators.RegexValidator('^[\\w-]+$')], verbose_name='代码')),
                ('name', models.CharField(max_length=80, verbose_name='名称')),
                ('level', models.CharField(choices=[('nation', '全国'), ('province', '省'), ('prefecture', '州市'), ('county', '县区'), ('park', '园区')], max_length=12, verbose_name='层级')),
                ('path', models.CharField(editable=False, max_length=200, unique=True, verbose_name='路径')),
                ('as_of', models.DateField(blank=True, null=True, verbose_name='数据截至')),
                ('simulated', models.CharField(blank=True, max_length=200, verbose_name='模拟说明')),
                ('revision', models.PositiveIntegerField(default=1, editable=False, verbose_name='版次')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='org.region', verbose_name='上级')),
            ],
            options={
                'verbose_name': '地区',
                'verbose_name_plural': '地区',
                'ordering': ('path',),
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=30, verbose_name='任务')),
                ('title', models.CharField(max_length=200, verbose_name='名称')),
                ('arguments', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('waiting', '等候'), ('running', '进行'), ('done', '完成'), ('failed', '未成'), ('stopped', '已停止')], default='waiting', max_length=10, verbose_name='状态')),
                ('message', models.CharField(blank=True, max_length=1000, verbose_name='结果')),
                ('result', models.JSONField(default=dict)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='提交')),
                ('begun_at', models.DateTimeField(null=True, verbose_name='开始')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='结束')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁启动')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.region', verbose_name='地区')),
            ],
            options={
                'verbose_name': '任务',
                'verbose_name_plural': '任务',
                'ordering': ('-made_at',),
            },
        ),
        migrations.CreateModel(
            name='Firm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='名称')),
                ('short', models.CharField(blank=True, max_length=60, verbose_name='简称')),
                ('credit_code', models.CharField(blank=True, max_length=18, verbose_name='统一社会信用代码')),
                ('kind', models.CharField(blank=True, max_length=60, verbose_name='环节')),
                ('contact', models.CharField(blank=True, max_length=60, verbose_name='联系人')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='电话')),
                ('revision', models.PositiveIntegerField(default=1, editable=False, verbose_name='版次')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='firms', to='org.region', verbose_name='地区')),
            ],
            options={
                'verbose_name': '企业',
                'verbose_name_plural': '企业',
                'ordering': ('region_id', 'name'),
            },
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model', models.CharField(max_length=30, verbose_name='类')),
                ('object_id', models.BigIntegerField(verbose_name='编号')),
                ('text', models.CharField(max_length=2000, verbose_name='留言')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁写的')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.region', verbose_name='地区')),
            ],
            options={
                'verbose_name': '留言',
                'verbose_name_plural': '留言',
                'ordering': ('at', 'id'),
            },
        ),
        migrations.CreateModel(
            name='AuditRecord',
            fields=[
                ('seq', models.PositiveBigIntegerField(primary_key=True, serialize=False, verbose_name='序号')),
                ('at', models.DateTimeField(db_index=True, verbose_name='时间')),
                ('actor_name', models.CharField(blank=True, max_length=80, verbose_name='姓名')),
                ('role', models.CharField(blank=True, max_length=20, verbose_name='以何角色')),
                ('action', models.CharField(db_index=True, max_length=60, verbose_name='动作')),
                ('subject', models.CharField(blank=True, max_length=200, verbose_name='对象')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='理由')),
                ('request', models.CharField(blank=True, max_length=36, verbose_name='请求')),
                ('data', models.JSONField(default=dict, verbose_name='详情')),
                ('changes', models.PositiveIntegerField(default=0, verbose_name='变更行数')),
                ('digest', models.CharField(blank=True, max_length=64, verbose_name='变更摘要')),
                ('algorithm', models.CharField(max_length=10, verbose_name='算法')),
                ('previous', models.CharField(blank=True, max_length=64, verbose_name='上一条')),
                ('hash', models.CharField(max_length=64, verbose_name='散列')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁')),
                ('region', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.region', verbose_name='地区')),
            ],
            options={
                'verbose_name': '审计记录',
                'verbose_name_plural': '审计记录',
                'ordering': ('-seq',),
            },
        ),
        migrations.AddField(
            model_name='user',
            name='home',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='people', to='org.region', verbose_name='所在地区'),
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('list', models.CharField(max_length=30, verbose_name='列表')),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('query', models.CharField(blank=True, max_length=2000, verbose_name='条件')),
                ('shared', models.BooleanField(default=False, verbose_name='全地区可用')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='存于')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.region', verbose_name='地区')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='views', to=settings.AUTH_USER_MODEL, verbose_name='谁存的')),
            ],
            options={
                'verbose_name': '视图',
                'verbose_name_plural': '视图',
                'ordering': ('list', 'name'),
            },
        ),
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model', models.CharField(max_length=30, verbose_name='类')),
                ('object_id', models.BigIntegerField(verbose_name='编号')),
                ('title', models.CharField(max_length=300, verbose_name='名称')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                ('terms', models.TextField()),
            ],
            options={
                'verbose_name': '搜索条目',
                'verbose_name_plural': '搜索条目',
                'ordering': ('id',),
                'constraints': [models.UniqueConstraint(fields=('model', 'object_id'), name='entry_once')],
            },
        ),
        migrations.CreateModel(
            name='SiteSession',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('address', models.GenericIPAddressField(null=True, verbose_name='地址')),
                ('agent', models.CharField(blank=True, max_length=200, verbose_name='浏览器')),
                ('begun_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='开始')),
                ('seen_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='最近')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL, verbose_name='人员')),
            ],
            options={
                'verbose_name': '会话',
                'verbose_name_plural': '会话',
                'ordering': ('-seen_at',),
            },
        ),
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(db_index=True, max_length=64, verbose_name='散列')),
                ('name', models.CharField(max_length=200, verbose_name='文件名')),
                ('kind', models.CharField(max_length=10, verbose_name='种类')),
                ('size', models.PositiveIntegerField(verbose_name='字节')),
                ('content', models.BinaryField(verbose_name='内容')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.region', verbose_name='地区')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁带来')),
            ],
            options={
                'verbose_name': '文件',
                'verbose_name_plural': '文件',
                'ordering': ('-at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='名称')),
                ('short', models.CharField(blank=True, max_length=60, verbose_name='简称')),
                ('revision', models.PositiveIntegerField(default=1, editable=False, verbose_name='版次')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='units', to='org.region', verbose_name='地区')),
            ],
            options={
                'verbose_name': '单位',
                'verbose_name_plural': '单位',
                'ordering': ('region_id', 'name'),
            },
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('chief', '链长'), ('office', '链长办'), ('lead', '牵头单位'), ('unit', '责任单位'), ('park', '园区管委会'), ('firm', '企业'), ('supervisor', '督查'), ('analyst', '分析员'), ('system_admin', '系统管理员'), ('security_admin', '安全管理员'), ('audit_admin', '审计管理员')], max_length=20, verbose_name='角色')),
                ('given_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='授予于')),
                ('firm', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.firm', verbose_name='企业')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grants', to=settings.AUTH_USER_MODEL, verbose_name='人员')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.region', verbose_name='地区')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit', verbose_name='单位')),
            ],
            options={
                'verbose_name': '角色授予',
                'verbose_name_plural': '角色授予',
                'ordering': ('user_id', 'role', 'region_id'),
            },
        ),
        migrations.CreateModel(
            name='AuditChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField(verbose_name='行')),
                ('model', models.CharField(max_length=30, verbose_name='类')),
                ('object_id', models.BigIntegerField(verbose_name='编号')),
                ('label', models.CharField(blank=True, max_length=200, verbose_name='名称')),
                ('before', models.JSONField(default=dict, verbose_name='改前')),
                ('after', models.JSONField(default=dict, verbose_name='改后')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='org.auditrecord', verbose_name='动作')),
            ],
            options={
                'verbose_name': '变更',
                'verbose_name_plural': '变更',
                'ordering': ('-record_id', 'line'),
                'indexes': [models.Index(fields=['model', 'object_id', '-record'], name='change_of_object')],
                'constraints': [models.UniqueConstraint(fields=('record', 'line'), name='change_line_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='firm',
            constraint=models.UniqueConstraint(fields=('region', 'name'), name='firm_once_in_region'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['model', 'object_id'], name='comment_of_object'),
        ),
        migrations.AddIndex(
            model_name='auditrecord',
            index=models.Index(fields=['region', 'seq'], name='audit_of_region'),
        ),
        migrations.AddIndex(
            model_name='auditrecord',
            index=models.Index(fields=['action', 'seq'], name='audit_of_action'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(fields=('user', 'list', 'name'), name='view_name_once'),
        ),
        migrations.AddConstraint(
            model_name='storedfile',
            constraint=models.UniqueConstraint(fields=('region', 'sha256'), name='file_once_in_region'),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.UniqueConstraint(fields=('region', 'name'), name='unit_once_in_region'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.UniqueConstraint(fields=('user', 'role', 'region', 'unit', 'firm'), name='grant_once', nulls_distinct=False),
        ),
    ]
