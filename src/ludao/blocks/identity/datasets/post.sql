-- title: { zh: 岗位, en: Posts }
-- row: { zh: 一人在一个机构的一个岗位, en: one person's post in one organisation }
-- key: [post_id]
-- fresh: live
-- scope: { organisation: organisation_code, area: area_code, person: person_id }
-- columns:
--   post_id: { zh: 岗位编号, en: Post id }
--   person_id: { zh: 人员编号, en: Person id }
--   person_name: { zh: 姓名, en: Name }
--   organisation_code: { zh: 机构代码, en: Organisation code }
--   organisation_name: { zh: 机构, en: Organisation }
--   title: { zh: 岗位, en: Title }
--   area_code: { zh: 负责区域代码, en: Code of the area in charge }
--   since: { zh: 任职起, en: From }
--   until: { zh: 任职止, en: Until }
select p.id as post_id, p.person_id::text as person_id, w.name as person_name, p.organisation_id as organisation_code,
       o.name as organisation_name, p.title, coalesce(p.area_id, o.area_id) as area_code, p.since, p.until
from identity_post p
join identity_person w on w.id = p.person_id
join identity_organisation o on o.code = p.organisation_id
