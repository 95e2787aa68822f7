from django.db import migrations, models

# What stands already is counted once; from here on the catalogue keeps it.
COUNT = """
update services_item_item i set parts = jsonb_array_length(v.facts -> 'parts') from services_item_version v
where v.item_id = i.id and v.state = 'published' and jsonb_typeof(v.facts -> 'parts') = 'array'
"""


class Migration(migrations.Migration):
    dependencies = [("services_item", "0003_application_held")]

    operations = [
        migrations.AddField(
            "item", "parts", models.PositiveSmallIntegerField(verbose_name="联办事项数", default=0, editable=False)
        ),
        migrations.AddIndex(
            "item",
            models.Index(fields=["code"], condition=models.Q(parts__gt=0), name="services_item_joint"),
        ),
        migrations.RunSQL(COUNT, migrations.RunSQL.noop),
    ]
