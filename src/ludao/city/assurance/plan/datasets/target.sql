-- title: { zh: 工作要点目标, en: Targets of the work plan }
-- row: { zh: "一项任务承诺的一个目标,数值为最近一次填报", en: "one target that a task promises, with its value as last measured" }
-- key: [target_id]
-- fresh: live
-- scope: { organisation: owner_code }
-- columns:
--   target_id: { zh: 目标编号, en: Target id }
--   item_id: { zh: 任务编号, en: Task id }
--   number: { zh: 条款, en: Clause }
--   owner_code: { zh: 牵头单位代码, en: Owner code }
--   kind: { zh: 种类, en: Kind }
--   subject: { zh: 内容, en: What is counted }
--   sign: { zh: 比较, en: Comparison }
--   value: { zh: 目标值, en: Target }
--   unit: { zh: 单位, en: Unit }
--   due_on: { zh: 期限, en: Due }
--   current_value: { zh: 当前值, en: Current }
--   current_on: { zh: 截至, en: As of }
select t.id as target_id, t.item_id, i.number, i.owner_id as owner_code, t.kind, t.subject, t.sign, t.value, t.unit,
       t.due_on, t.current as current_value, t.current_on
from assurance_plan_target t
join assurance_plan_item i on i.id = t.item_id
join assurance_plan_plan p on p.id = i.plan_id
where p.state <> 'draft' and not t.is_dropped
