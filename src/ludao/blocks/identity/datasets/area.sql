-- title: { zh: 区划, en: Areas }
-- row: { zh: 一个区划, en: "one area under its national code (National Bureau of Statistics, 2023)" }
-- key: [code]
-- fresh: live
-- right: read_place
-- scope: none
-- note: 区界示意来自开源数据，不是法定界线 Outlines come from open data and are no legal boundaries
-- columns:
--   code: { zh: 区划代码, en: Area code, grade: public }
--   name: { zh: 名称, en: Name, grade: public }
--   name_en: { zh: 英文名称, en: Name in English, grade: public }
--   level: { zh: 级别, en: Level, grade: public }
--   parent_code: { zh: 上级区划代码, en: Code of the area above, grade: public }
--   longitude: { zh: 中心经度, en: Longitude of the centre, grade: public, unit: ° }
--   latitude: { zh: 中心纬度, en: Latitude of the centre, grade: public, unit: ° }
--   polygon: { zh: 范围（GeoJSON）, en: Outline (GeoJSON), grade: public }
select code, name, name_en, level, parent_id as parent_code, longitude, latitude, polygon
from identity_area
