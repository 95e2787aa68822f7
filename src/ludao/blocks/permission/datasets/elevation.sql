-- title: { zh: 提权, en: Elevated sessions }
-- row: { zh: 一次限时使用平时不生效的角色, en: one timed use of a role that is otherwise of no effect }
-- key: [elevation_id]
-- fresh: live
-- scope: { organisation: organisation_code, person: person_id }
-- columns:
--   elevation_id: { zh: 提权编号, en: Elevation id }
--   holding_id: { zh: 所依授权编号, en: Id of the holding it leans on }
--   role: { zh: 角色, en: Role }
--   person_id: { zh: 人员编号, en: Person id }
--   person_name: { zh: 姓名, en: Name }
--   organisation_code: { zh: 机构代码, en: Organisation code }
--   means: { zh: 核验方式, en: Confirmed by }
--   reason: { zh: 事由, en: Reason }
--   starts_at: { zh: 开始时间, en: From }
--   ends_at: { zh: 结束时间, en: Until }
select e.id as elevation_id, e.holding_id, h.role, p.person_id, p.person_name, p.organisation_code, e.means, e.reason,
       e.starts_at, e.ends_at
from permission_elevation e
join permission_holding h on h.id = e.holding_id
join identity.post p on p.post_id = h.post_id
