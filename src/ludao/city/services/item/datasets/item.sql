-- title: { zh: 政务服务事项, en: Service items }
-- row: { zh: 一个已发布的政务服务事项的现行版本, en: one published service item in its version in force }
-- key: [code]
-- fresh: live
-- scope: none
-- right: find
-- columns:
--   code: { zh: 事项编码, en: Code }
--   name_zh: { zh: 事项名称, en: Name }
--   name_en: { zh: 英文名称, en: Name in English }
--   kind: { zh: 事项类型, en: Kind }
--   organisation_code: { zh: 实施机构, en: Organisation }
--   department: { zh: 来源部门, en: Department as printed }
--   served: { zh: 服务对象, en: For }
--   events: { zh: 人生大事, en: Life events }
--   said: { zh: 群众的说法, en: What people say }
--   legal_days: { zh: 法定时限（工作日）, en: Working days by law }
--   promised_days: { zh: 承诺时限（工作日）, en: Working days promised }
--   is_online: { zh: 可网上申请, en: Online }
--   form: { zh: 申请表单, en: Form }
--   process: { zh: 办理流程, en: Process }
--   version: { zh: 版本, en: Version }
--   applied: { zh: 申请量, en: Applications }
--   facts: { zh: 要素, en: Facts }
--   changed_at: { zh: 更新时间, en: Changed }
select i.code, i.name_zh, i.name_en, i.kind, i.organisation_id as organisation_code, i.department, i.object as served,
    array_to_string(i.events, ' ') as events, i.said, i.legal_days, i.promised_days, i.is_online,
    coalesce(v.facts ->> 'form', '') as form, coalesce(v.facts ->> 'process', '') as process, v.number as version,
    i.applied, v.facts::text as facts, i.changed_at
from services_item_item i
join services_item_version v on v.item_id = i.id and v.state = 'published'
where i.state = 'published'
