-- title: { zh: 办件, en: Cases }
-- row: { zh: 一件办件从提交到办结的现状, en: one case as it stands now }
-- key: [case_id]
-- fresh: live
-- scope: { organisation: organisation_code, area: area_code }
-- columns:
--   case_id: { zh: 办件标识, en: Case }
--   number: { zh: 办件编号, en: Number }
--   kind: { zh: 类型, en: Kind }
--   item: { zh: 事项编码, en: Item }
--   title: { zh: 事项, en: What is asked }
--   state: { zh: 状态, en: State }
--   ending: { zh: 结果, en: Ending }
--   light: { zh: 时限灯, en: Light }
--   organisation_code: { zh: 承办机构, en: Organisation }
--   area_code: { zh: 区域, en: Area }
--   channel: { zh: 渠道, en: Channel }
--   entity: { zh: 申请人类型, en: "Applicant's kind" }
--   applicant: { zh: 申请人, en: Applicant, grade: sensitive, mask: name }
--   opened_at: { zh: 提交时间, en: Submitted }
--   accepted_at: { zh: 受理时间, en: Accepted }
--   decided_at: { zh: 决定时间, en: Decided }
--   closed_at: { zh: 办结时间, en: Closed }
--   due_at: { zh: 期限, en: Due }
--   legal_days: { zh: 法定时限（工作日）, en: Legal term in working days }
--   promised_days: { zh: 承诺时限（工作日）, en: Promised term in working days }
--   paused_days: { zh: 停计时（工作日）, en: Working days rested }
--   worked_days: { zh: 用时（工作日）, en: Working days taken }
select c.id as case_id, c.number, c.kind, c.item, c.title, c.state, c.ending, c.light,
    c.organisation_id as organisation_code, c.area_id as area_code, c.channel, c.entity, c.applicant, c.opened_at,
    c.accepted_at, c.decided_at, c.closed_at, c.due_at, c.legal_days, c.promised_days, c.paused_days, c.worked_days
from case_case c
