"""The first tables of permission."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import ludao.blocks.permission.titles


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('identity', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name='Holding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField(verbose_name='生效时间')),
                ('reason', models.CharField(max_length=200, verbose_name='事由')),
                ('reminded_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='提醒时间')),
                ('role', models.CharField(choices=ludao.blocks.permission.titles.given_roles, max_length=60, verbose_name='角色')),
                ('ends_at', models.DateTimeField(blank=True, null=True, verbose_name='失效时间')),
                ('is_on_request', models.BooleanField(default=False, help_text='平时不生效，须经提权', verbose_name='仅可提权使用')),
                ('given_at', models.DateTimeField(auto_now_add=True, verbose_name='授权时间')),
                ('approved_at', models.DateTimeField(blank=True, null=True, verbose_name='审批时间')),
                ('ended_why', models.CharField(blank=True, max_length=200, verbose_name='收回事由')),
                ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='审批人')),
                ('area', models.ForeignKey(blank=True, help_text='含下级；空为不限', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.area', verbose_name='区域范围')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='收回人')),
                ('given_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='授权人')),
                ('organisation', models.ForeignKey(blank=True, help_text='含下级；空为不限', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.organisation', verbose_name='机构范围')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holdings', to='identity.post', verbose_name='岗位')),
            ],
            options={
                'verbose_name': '授权',
            },
        ),
        migrations.CreateModel(
            name='Elevation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=200, verbose_name='事由')),
                ('means', models.CharField(choices=[('password', '口令'), ('totp', '动态码')], max_length=10, verbose_name='核验方式')),
                ('starts_at', models.DateTimeField(verbose_name='开始时间')),
                ('ends_at', models.DateTimeField(verbose_name='结束时间')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='终止人')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='elevations', to=settings.AUTH_USER_MODEL, verbose_name='人员')),
                ('holding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='elevations', to='permission.holding', verbose_name='所依授权')),
            ],
            options={
                'verbose_name': '提权',
            },
        ),
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField(verbose_name='生效时间')),
                ('reason', models.CharField(max_length=200, verbose_name='事由')),
                ('reminded_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='提醒时间')),
                ('right', models.CharField(blank=True, help_text='空为整个角色', max_length=120, verbose_name='权限')),
                ('ends_at', models.DateTimeField(verbose_name='失效时间')),
                ('given_at', models.DateTimeField(auto_now_add=True, verbose_name='委托时间')),
                ('area', models.ForeignKey(blank=True, help_text='含下级；空为不限', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.area', verbose_name='区域范围')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='终止人')),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='委托人')),
                ('organisation', models.ForeignKey(blank=True, help_text='含下级；空为不限', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.organisation', verbose_name='机构范围')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delegations', to='identity.post', verbose_name='受托岗位')),
                ('holding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delegations', to='permission.holding', verbose_name='所依授权')),
            ],
            options={
                'verbose_name': '委托',
            },
        ),
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_name', models.CharField(max_length=200, verbose_name='文件')),
                ('read_at', models.DateTimeField(auto_now_add=True, verbose_name='导入时间')),
                ('granted', models.PositiveIntegerField(default=0, verbose_name='已授权')),
                ('refused', models.PositiveIntegerField(default=0, verbose_name='未通过')),
                ('read_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='导入人')),
            ],
            options={
                'verbose_name': '批量授权',
            },
        ),
        migrations.CreateModel(
            name='RefusedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField(verbose_name='行号')),
                ('row', models.JSONField(verbose_name='原文')),
                ('reason', models.CharField(max_length=400, verbose_name='原因')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refused_rows', to='permission.import', verbose_name='批次')),
            ],
            options={
                'verbose_name': '未通过行',
            },
        ),
        migrations.CreateModel(
            name='Separation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('one', models.CharField(max_length=120, verbose_name='权限甲')),
                ('other', models.CharField(max_length=120, verbose_name='权限乙')),
                ('reason', models.CharField(max_length=200, verbose_name='事由')),
                ('set_at', models.DateTimeField(auto_now_add=True, verbose_name='设定时间')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='取消时间')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='取消人')),
                ('set_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='设定人')),
            ],
            options={
                'verbose_name': '职责分离',
            },
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['person', 'at'], name='permission__person__b370af_idx')],
            },
        ),
        migrations.AddIndex(
            model_name='holding',
            index=models.Index(fields=['role', 'post'], name='permission__role_c7a277_idx'),
        ),
        migrations.AddIndex(
            model_name='holding',
            index=models.Index(fields=['ends_at'], name='permission__ends_at_78880e_idx'),
        ),
        migrations.AddIndex(
            model_name='holding',
            index=models.Index(fields=['organisation', '-id'], name='permission__organis_c7ecc2_idx'),
        ),
        migrations.AddIndex(
            model_name='holding',
            index=models.Index(fields=['post', '-id'], name='permission__post_id_8384e7_idx'),
        ),
        migrations.AddConstraint(
            model_name='holding',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at', None), ('ends_at__gte', models.F('starts_at')), _connector='OR'), name='permission_holding_times'),
        ),
        migrations.AddConstraint(
            model_name='holding',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.F('post'), '='), (models.F('role'), '='), (django.db.models.functions.comparison.Coalesce(models.F('organisation'), models.Value('')), '='), (django.db.models.functions.comparison.Coalesce(models.F('area'), models.Value('')), '='), (models.Func(models.F('starts_at'), models.F('ends_at'), function='tstzrange', output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField()), '&&')], name='permission_holding_once'),
        ),
        migrations.AddIndex(
            model_name='elevation',
            index=models.Index(fields=['person', 'ends_at'], name='permission__person__b675f3_idx'),
        ),
        migrations.AddIndex(
            model_name='elevation',
            index=models.Index(fields=['holding', 'ends_at'], name='permission__holding_ef025c_idx'),
        ),
        migrations.AddConstraint(
            model_name='elevation',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gte', models.F('starts_at'))), name='permission_elevation_times'),
        ),
        migrations.AddIndex(
            model_name='delegation',
            index=models.Index(fields=['post', 'ends_at'], name='permission__post_id_0acde9_idx'),
        ),
        migrations.AddIndex(
            model_name='delegation',
            index=models.Index(fields=['ends_at'], name='permission__ends_at_5f65cd_idx'),
        ),
        migrations.AddConstraint(
            model_name='delegation',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gte', models.F('starts_at'))), name='permission_delegation_times'),
        ),
        migrations.AddConstraint(
            model_name='separation',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('one', 'other'), name='permission_separation_once'),
        ),
        migrations.AddConstraint(
            model_name='separation',
            constraint=models.CheckConstraint(condition=models.Q(('one__lt', models.F('other'))), name='permission_separation_order'),
        ),
    ]
