-- title: { zh: 授权, en: Holdings }
-- row: { zh: 一个岗位在一个范围、一段时间内的一个角色, en: "one role of one post, over one reach, for one time" }
-- key: [holding_id]
-- fresh: live
-- scope: { organisation: organisation_code, area: area_code, person: person_id }
-- columns:
--   holding_id: { zh: 授权编号, en: Holding id }
--   person_id: { zh: 人员编号, en: Person id }
--   person_name: { zh: 姓名, en: Name }
--   post_id: { zh: 岗位编号, en: Post id }
--   post_title: { zh: 岗位, en: Post }
--   role: { zh: 角色, en: Role }
--   organisation_code: { zh: 机构范围代码, en: Code of the organisations' root }
--   area_code: { zh: 区域范围代码, en: Code of the areas' root }
--   starts_at: { zh: 生效时间, en: From }
--   ends_at: { zh: 失效时间, en: Until }
--   is_on_request: { zh: 仅可提权使用, en: Only on request }
--   given_by_id: { zh: 授权人编号, en: Given by }
--   approved_at: { zh: 审批时间, en: Approved }
--   reason: { zh: 事由, en: Reason }
--   ended_why: { zh: 收回事由, en: Why it ended }
select h.id as holding_id, p.person_id, p.person_name, h.post_id, p.title as post_title, h.role,
       h.organisation_id as organisation_code, h.area_id as area_code, h.starts_at, h.ends_at, h.is_on_request,
       h.given_by_id::text as given_by_id, h.approved_at, h.reason, h.ended_why
from permission_holding h
join identity.post p on p.post_id = h.post_id
