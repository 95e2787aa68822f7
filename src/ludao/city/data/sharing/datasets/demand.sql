-- title: { zh: 数据需求清单, en: List of demands for data }
-- row: { zh: 一项部门提出的数据需求, en: one demand for data that a department published }
-- key: [demand_id]
-- fresh: live
-- scope: none
-- right: read_demands
-- columns:
--   demand_id: { zh: 需求编号, en: Demand id }
--   title: { zh: 需要的数据, en: What is needed }
--   asker_code: { zh: 需求单位代码, en: Asked by }
--   state: { zh: 状态, en: State }
--   due_on: { zh: 期望日期, en: Wanted by }
--   planned_on: { zh: 计划日期, en: Planned for }
--   met_on: { zh: 满足日期, en: Met on }
--   address: { zh: 对应数据集, en: Dataset }
select d.id as demand_id, d.title, d.asker_id as asker_code, d.state, d.due_on, d.planned_on, d.met_on,
       d.address
from data_sharing_demand d
