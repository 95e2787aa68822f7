-- title: { zh: 工作要点任务, en: Tasks of the work plan }
-- row: { zh: "一项已发布工作要点中的任务,按现在的情况", en: "one task of a published work plan, as it stands now" }
-- key: [item_id]
-- fresh: live
-- scope: { organisation: owner_code }
-- columns:
--   item_id: { zh: 任务编号, en: Task id }
--   plan_title: { zh: 工作要点, en: Work plan }
--   last_year: { zh: 年份, en: Year }
--   number: { zh: 条款, en: Clause }
--   part: { zh: 方面, en: Part }
--   section: { zh: 类别, en: Section }
--   title: { zh: 任务, en: Task }
--   owner_code: { zh: 牵头单位代码, en: Owner code }
--   begins_on: { zh: 开始, en: Begins }
--   due_on: { zh: 期限, en: Due }
--   percent: { zh: 进度, en: Progress }
--   light: { zh: 亮灯, en: Light }
--   heard_on: { zh: 最近报告, en: Last report }
--   closed_on: { zh: 办结, en: Closed }
select i.id as item_id, p.title as plan_title, p.last_year, i.number, i.part, i.section, i.title,
       i.owner_id as owner_code, i.begins_on, i.due_on, i.percent, i.light, i.heard_on, i.closed_on
from assurance_plan_item i
join assurance_plan_plan p on p.id = i.plan_id
where p.state <> 'draft'
