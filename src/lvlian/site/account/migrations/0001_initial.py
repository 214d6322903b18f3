"""The tables of the chain account: firms' lines and links, filings with their statements, what people settled."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('org', '0002_guard'),
        ('plans', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Filing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.CharField(max_length=7, validators=[django.core.validators.RegexValidator('^\\d{4}-(0[1-9]|1[0-2])$')], verbose_name='月份')),
                ('number', models.PositiveSmallIntegerField(default=1, verbose_name='第几次')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='来自')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                ('filed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='报于')),
                ('withdrawn', models.BooleanField(default=False, verbose_name='已撤回')),
                ('simulated', models.BooleanField(default=False, verbose_name='模拟')),
                ('revision', models.PositiveIntegerField(default=1, editable=False, verbose_name='版次')),
                ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.storedfile', verbose_name='原件')),
                ('filed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁报')),
                ('firm', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='filings', to='org.firm', verbose_name='企业')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='filings', to='org.region', verbose_name='地区')),
            ],
            options={
                'verbose_name': '报表',
                'verbose_name_plural': '报表',
                'ordering': ('-month', 'firm_id', '-number'),
            },
        ),
        migrations.CreateModel(
            name='GoalLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('indicator', models.CharField(max_length=60, verbose_name='指标')),
                ('variant', models.CharField(blank=True, max_length=60, verbose_name='口径')),
                ('state', models.CharField(choices=[('confirmed', '已认'), ('refused', '不是')], max_length=10, verbose_name='状态')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='理由')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='认于')),
                ('revision', models.PositiveIntegerField(default=1, editable=False, verbose_name='版次')),
                ('goal', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='link', to='plans.goal', verbose_name='目标')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁认')),
            ],
            options={
                'verbose_name': '目标与指标',
                'verbose_name_plural': '目标与指标',
                'ordering': ('goal_id',),
            },
        ),
        migrations.CreateModel(
            name='Known',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.CharField(max_length=7, validators=[django.core.validators.RegexValidator('^\\d{4}-(0[1-9]|1[0-2])$')], verbose_name='月份')),
                ('key', models.CharField(max_length=300, verbose_name='哪一条')),
                ('label', models.CharField(blank=True, max_length=300, verbose_name='说的是')),
                ('reason', models.CharField(max_length=300, verbose_name='理由')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='记于')),
                ('revision', models.PositiveIntegerField(default=1, editable=False, verbose_name='版次')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='known_doubts', to='org.region', verbose_name='地区')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁记')),
            ],
            options={
                'verbose_name': '已知疑点',
                'verbose_name_plural': '已知疑点',
                'ordering': ('region_id', '-month', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.CharField(max_length=7, validators=[django.core.validators.RegexValidator('^\\d{4}-(0[1-9]|1[0-2])$')], verbose_name='月份')),
                ('item', models.CharField(choices=[('made', '产量'), ('used', '消耗量'), ('sent', '发出量'), ('received', '收到量'), ('opening', '期初库存'), ('closing', '期末库存'), ('lost', '损失量'), ('content', '金属含量'), ('price', '单价（不含税）'), ('output_value', '产值（不含税）'), ('hauled', '运量'), ('fact', '其他事实')], max_length=14, verbose_name='项目')),
                ('good', models.CharField(blank=True, max_length=60, verbose_name='物料')),
                ('process', models.CharField(blank=True, max_length=60, verbose_name='工序')),
                ('partner', models.CharField(blank=True, max_length=60, verbose_name='往来方')),
                ('value', models.FloatField(verbose_name='数值')),
                ('unit', models.CharField(blank=True, max_length=20, verbose_name='单位')),
                ('given', models.CharField(blank=True, max_length=80, verbose_name='原文')),
                ('source', models.CharField(default='statement', max_length=20, verbose_name='来源类别')),
                ('sd', models.FloatField(blank=True, null=True, verbose_name='标准差')),
                ('file', models.CharField(blank=True, max_length=200, verbose_name='文件')),
                ('sheet', models.CharField(blank=True, max_length=80, verbose_name='表')),
                ('cell', models.CharField(blank=True, max_length=40, verbose_name='单元格')),
                ('current', models.BooleanField(default=True, verbose_name='现行')),
                ('withdrawn', models.BooleanField(default=False, verbose_name='撤回此数')),
                ('about', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.firm', verbose_name='报谁的')),
                ('filing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='statements', to='account.filing', verbose_name='报表')),
                ('firm', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='org.firm', verbose_name='谁报')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.region', verbose_name='地区')),
            ],
            options={
                'verbose_name': '报数',
                'verbose_name_plural': '报数',
                'ordering': ('region_id', 'month', 'firm_id', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='SupplyLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('good', models.CharField(max_length=60, verbose_name='物料')),
                ('simulated', models.BooleanField(default=False, verbose_name='模拟')),
                ('revision', models.PositiveIntegerField(default=1, editable=False, verbose_name='版次')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='supply_links', to='org.region', verbose_name='地区')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='supplies_out', to='org.firm', verbose_name='供方')),
                ('target', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='supplies_in', to='org.firm', verbose_name='收方')),
            ],
            options={
                'verbose_name': '供应关系',
                'verbose_name_plural': '供应关系',
                'ordering': ('region_id', 'good', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='VariantChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('indicator', models.CharField(max_length=60, verbose_name='指标')),
                ('variant', models.CharField(max_length=60, verbose_name='口径')),
                ('reason', models.CharField(max_length=300, verbose_name='依据')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='定于')),
                ('revision', models.PositiveIntegerField(default=1, editable=False, verbose_name='版次')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='variant_choices', to='org.region', verbose_name='地区')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁定')),
            ],
            options={
                'verbose_name': '指标口径',
                'verbose_name_plural': '指标口径',
                'ordering': ('region_id', 'indicator'),
            },
        ),
        migrations.CreateModel(
            name='Works',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60, validators=[django.core.validators.RegexValidator('^[\\w.-]+$')], verbose_name='代号')),
                ('kind', models.CharField(choices=[('mine', '矿山'), ('refinery', '氧化铝'), ('carbon', '炭素'), ('smelter', '电解'), ('processor', '铸造加工'), ('recycler', '再生'), ('power', '供电'), ('warehouse', '仓储'), ('haulier', '运输')], max_length=12, verbose_name='环节')),
                ('state', models.CharField(choices=[('running', '在产'), ('building', '在建'), ('planned', '拟建'), ('stopped', '停产')], default='running', max_length=8, verbose_name='状态')),
                ('post', models.CharField(default='统计岗', max_length=60, verbose_name='找谁')),
                ('lines', models.JSONField(blank=True, default=list, verbose_name='工序与产能')),
                ('facts', models.JSONField(blank=True, default=dict, verbose_name='其他事实')),
                ('simulated', models.BooleanField(default=False, verbose_name='模拟')),
                ('revision', models.PositiveIntegerField(default=1, editable=False, verbose_name='版次')),
                ('firm', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='works', to='org.firm', verbose_name='企业')),
            ],
            options={
                'verbose_name': '企业产线',
                'verbose_name_plural': '企业产线',
                'ordering': ('firm__region_id', 'key'),
            },
        ),
        migrations.AddIndex(
            model_name='filing',
            index=models.Index(fields=['region', 'month'], name='filing_by_month'),
        ),
        migrations.AddConstraint(
            model_name='filing',
            constraint=models.UniqueConstraint(fields=('firm', 'month', 'number'), name='filing_once'),
        ),
        migrations.AddConstraint(
            model_name='known',
            constraint=models.UniqueConstraint(fields=('region', 'month', 'key'), name='known_once'),
        ),
        migrations.AddIndex(
            model_name='statement',
            index=models.Index(fields=['region', 'month', 'current'], name='statement_by_month'),
        ),
        migrations.AddIndex(
            model_name='statement',
            index=models.Index(fields=['firm', 'month'], name='statement_by_firm'),
        ),
        migrations.AddConstraint(
            model_name='supplylink',
            constraint=models.UniqueConstraint(fields=('region', 'source', 'target', 'good'), name='supply_link_once'),
        ),
        migrations.AddConstraint(
            model_name='variantchoice',
            constraint=models.UniqueConstraint(fields=('region', 'indicator'), name='variant_once'),
        ),
    ]
