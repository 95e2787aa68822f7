-- title: { zh: 委托, en: Loans of rights }
-- row: { zh: 一次把角色或其中一项权限委托给另一岗位, en: one loan of a role or of one right of it to another post }
-- key: [delegation_id]
-- fresh: live
-- scope: { organisation: organisation_code, person: lender_id }
-- columns:
--   delegation_id: { zh: 委托编号, en: Loan id }
--   holding_id: { zh: 所依授权编号, en: Id of the holding it leans on }
--   role: { zh: 角色, en: Role }
--   lent_right: { zh: 权限（空为整个角色）, en: "Right (empty is the whole role)" }
--   lender_id: { zh: 委托人编号, en: Lender id }
--   lender_name: { zh: 委托人, en: Lender }
--   post_id: { zh: 受托岗位编号, en: Id of the post lent to }
--   person_name: { zh: 受托人, en: Lent to }
--   organisation_code: { zh: 受托岗位机构代码, en: Code of that post's organisation }
--   starts_at: { zh: 生效时间, en: From }
--   ends_at: { zh: 失效时间, en: Until }
--   reason: { zh: 事由, en: Reason }
select d.id as delegation_id, d.holding_id, h.role, d."right" as lent_right, d.given_by_id::text as lender_id,
       l.person_name as lender_name, d.post_id, p.person_name, p.organisation_code, d.starts_at, d.ends_at, d.reason
from permission_delegation d
join permission_holding h on h.id = d.holding_id
join identity.post p on p.post_id = d.post_id
join identity.post l on l.post_id = h.post_id
