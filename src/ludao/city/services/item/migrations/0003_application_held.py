from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("services_item", "0002_applying")]

    operations = [
        migrations.AddField("application", "held", models.JSONField(default=dict, editable=False)),
    ]
