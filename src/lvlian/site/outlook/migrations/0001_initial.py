"""The tables of the outlook: kept scenarios, premises that a region fixed, moves that became items."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('ledger', '0002_guard'),
        ('org', '0002_guard'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MoveTaken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200, verbose_name='哪一条')),
                ('sentence', models.CharField(max_length=300, verbose_name='动作')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='转于')),
                ('revision', models.PositiveIntegerField(default=1, editable=False, verbose_name='版次')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='moves', to='ledger.item', verbose_name='台账事项')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves_taken', to='org.region', verbose_name='地区')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁转')),
            ],
            options={
                'verbose_name': '已转台账的动作',
                'verbose_name_plural': '已转台账的动作',
                'ordering': ('region_id', '-at', '-id'),
                'constraints': [models.UniqueConstraint(fields=('region', 'key', 'item'), name='move_once')],
            },
        ),
        migrations.CreateModel(
            name='PremiseChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=160, verbose_name='哪一条')),
                ('label', models.CharField(blank=True, max_length=200, verbose_name='说的是')),
                ('value', models.FloatField(verbose_name='数值')),
                ('unit', models.CharField(blank=True, max_length=30, verbose_name='单位')),
                ('reason', models.CharField(max_length=300, verbose_name='依据')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='定于')),
                ('revision', models.PositiveIntegerField(default=1, editable=False, verbose_name='版次')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='premise_choices', to='org.region', verbose_name='地区')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁定')),
            ],
            options={
                'verbose_name': '推演假设',
                'verbose_name_plural': '推演假设',
                'ordering': ('region_id', 'key'),
                'constraints': [models.UniqueConstraint(fields=('region', 'key'), name='premise_once')],
            },
        ),
        migrations.CreateModel(
            name='Scenario',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='情景')),
                ('reason', models.CharField(max_length=300, verbose_name='理由')),
                ('overlay', models.JSONField(default=dict, verbose_name='改动')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='建于')),
                ('simulated', models.BooleanField(default=False, verbose_name='模拟')),
                ('revision', models.PositiveIntegerField(default=1, editable=False, verbose_name='版次')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scenarios', to='org.region', verbose_name='地区')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁建')),
            ],
            options={
                'verbose_name': '情景',
                'verbose_name_plural': '情景',
                'ordering': ('region_id', '-at', '-id'),
                'constraints': [models.UniqueConstraint(fields=('region', 'name'), name='scenario_once')],
            },
        ),
    ]
