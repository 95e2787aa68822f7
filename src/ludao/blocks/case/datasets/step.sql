-- title: { zh: 办件环节, en: Steps of cases }
-- row: { zh: 一件办件的一个环节, en: one step of one case }
-- key: [step_id]
-- fresh: live
-- scope: { organisation: organisation_code, area: area_code }
-- columns:
--   step_id: { zh: 环节标识, en: Step }
--   case_id: { zh: 办件标识, en: Case }
--   title: { zh: 环节, en: Title }
--   kind: { zh: 环节类型, en: Kind of step }
--   role: { zh: 角色, en: Role }
--   organisation_code: { zh: 承办机构, en: Organisation }
--   area_code: { zh: 区域, en: Area }
--   state: { zh: 状态, en: State }
--   outcome: { zh: 结论, en: Outcome }
--   opened_at: { zh: 到达时间, en: Arrived }
--   claimed_at: { zh: 认领时间, en: Taken }
--   due_at: { zh: 期限, en: Due }
--   closed_at: { zh: 办理时间, en: Done at }
select s.id as step_id, s.case_id, s.title, s.kind, s.role, s.organisation_id as organisation_code,
    s.area_id as area_code, s.state, s.outcome, s.opened_at, s.claimed_at, s.due_at, s.closed_at
from case_task s
