"""The sixteen audit chains, each beginning with nothing before it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("base", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "insert into base_audithead (chain, number, digest)"
            " select n, 0, decode(repeat('00', 32), 'hex') from generate_series(0, 15) n",
            "delete from base_audithead",
        )
    ]
