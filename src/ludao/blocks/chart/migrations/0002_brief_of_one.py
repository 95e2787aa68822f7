"""A brief may be of one chart or indicator, and no longer of a board alone."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('chart', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='brief',
            name='chart_brief_once',
        ),
        migrations.AddField(
            model_name='brief',
            name='address',
            field=models.CharField(default='', max_length=120, verbose_name='地址'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='brief',
            name='kind',
            field=models.CharField(choices=[('chart', '图表'), ('board', '看板'), ('indicator', '指标')], default='board', max_length=10, verbose_name='种类'),
        ),
        migrations.RunSQL(
            "update chart_brief set address = b.key from chart_board b where b.id = chart_brief.board_id",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name='brief',
            name='board',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='briefs', to='chart.board', verbose_name='看板'),
        ),
        migrations.AddConstraint(
            model_name='brief',
            constraint=models.UniqueConstraint(fields=('person', 'kind', 'address'), name='chart_brief_once'),
        ),
    ]
