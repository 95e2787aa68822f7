"""The message log takes new lines only: no change, no removal."""

from django.db import migrations

FORBID = """
create function data_sharing_refuse_change() returns trigger language plpgsql as $$
begin raise exception 'data_sharing_message is append-only'; end $$;
create trigger data_sharing_append_only before update or delete or truncate on data_sharing_message
for each statement execute function data_sharing_refuse_change();
"""
ALLOW = """
drop trigger data_sharing_append_only on data_sharing_message;
drop function data_sharing_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("data_sharing", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
