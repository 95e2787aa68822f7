-- title: { zh: 系统连接, en: Connections of systems }
-- row: { zh: 一个系统向另一个系统提供的一项内容, en: one thing that one system gives to another }
-- key: [connection_id]
-- fresh: live
-- scope: { organisation: owner_code }
-- columns:
--   connection_id: { zh: 编号, en: Number }
--   source_code: { zh: 提供方, en: From }
--   target_code: { zh: 使用方, en: To }
--   owner_code: { zh: 提供单位, en: Owner of the source }
--   way: { zh: 方式, en: By }
--   content: { zh: 内容, en: What }
select c.id as connection_id, a.code as source_code, b.code as target_code, a.owner_id as owner_code, c.way, c.content
from services_inventory_connection c
join services_inventory_system a on a.id = c.source_id
join services_inventory_system b on b.id = c.target_id
