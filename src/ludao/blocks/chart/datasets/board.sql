-- title: { zh: 看板, en: Boards }
-- row: { zh: 一块已发布的看板, en: one published board }
-- key: [board_key]
-- fresh: live
-- scope: none
-- columns:
--   board_key: { zh: 编码, en: Key }
--   title: { zh: 名称, en: Title }
--   owner_code: { zh: 编制单位, en: Owner }
--   version: { zh: 版本, en: Version }
--   tiles: { zh: 图表数, en: Charts }
--   published_at: { zh: 发布时间, en: Published at }
select b.key as board_key, b.title_zh as title, b.owner_id as owner_code, v.number as version,
  jsonb_array_length(v.tiles) as tiles, v.at as published_at
from chart_board b join chart_version v on v.id = b.published_id
