"""What the API keeps: answers given to an Idempotency-Key, and how fast each caller asks."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('base', '0002_audit_chains'),
    ]

    operations = [
        migrations.CreateModel(
            name='Meter',
            fields=[
                ('key', models.CharField(max_length=80, primary_key=True, serialize=False)),
                ('due_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.CharField(max_length=64)),
                ('key_digest', models.CharField(max_length=64)),
                ('request_digest', models.CharField(max_length=64)),
                ('answer', models.TextField(blank=True)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'verbose_name': '接口应答',
                'indexes': [models.Index(fields=['at'], name='base_answer_at_72bb06_idx')],
                'constraints': [models.UniqueConstraint(fields=('person', 'key_digest'), name='base_answer_once')],
            },
        ),
        migrations.RunSQL('alter table base_meter set unlogged', 'alter table base_meter set logged'),
    ]
