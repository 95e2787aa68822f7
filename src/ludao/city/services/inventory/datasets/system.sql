-- title: { zh: 政务信息系统, en: Information systems }
-- row: { zh: 一个单位的一个信息系统, en: one information system of one organisation }
-- key: [code]
-- fresh: live
-- scope: { organisation: owner_code }
-- columns:
--   code: { zh: 编号, en: Code }
--   name: { zh: 系统名称, en: Name }
--   owner_code: { zh: 主管单位, en: Owner }
--   kind: { zh: 类别, en: Kind }
--   state: { zh: 状态, en: State }
--   host: { zh: 部署, en: Hosted }
--   grade: { zh: 等级保护, en: Grade of protection }
--   built_on: { zh: 上线日期, en: In use since }
--   built_fen: { zh: 建设投资（分）, en: Cost to build (fen) }
--   yearly_fen: { zh: 年运维费（分）, en: Cost a year (fen) }
--   users: { zh: 账号数, en: Accounts }
--   active: { zh: 月活跃用户, en: Active a month }
--   used_on: { zh: 最近使用, en: Last used }
--   checked_on: { zh: 核对日期, en: Counted on }
select s.code, s.name, s.owner_id as owner_code, s.kind, s.state, s.host, s.grade, s.built_on, s.built_fen, s.yearly_fen,
    s.users, s.active, s.used_on, s.checked_on
from services_inventory_system s
