-- title: { zh: 建筑, en: Buildings }
-- row: { zh: 一栋建筑的体块, en: one building as a block }
-- key: [code]
-- fresh: live
-- scope: { area: area_code }
-- columns:
--   code: { zh: 建筑编码, en: Building, grade: public }
--   name: { zh: 名称, en: Name, grade: public }
--   area_code: { zh: 社区代码, en: Community, grade: public }
--   address_code: { zh: 地址编码, en: Address, grade: public }
--   floors: { zh: 层数, en: Storeys, grade: public }
--   height_m: { zh: 高度, en: Height, grade: public, unit: m }
--   longitude: { zh: 经度, en: Longitude, grade: public }
--   latitude: { zh: 纬度, en: Latitude, grade: public }
--   footprint: { zh: 底面（GeoJSON）, en: Footprint (GeoJSON), grade: public }
--   origin: { zh: 来源, en: Origin, grade: public }
--   changed_at: { zh: 更新时间, en: Changed, grade: public }
select code, name, area_id as area_code, address_code, floors, height_m, longitude, latitude, cast(footprint as text) as footprint,
    origin, changed_at
from infrastructure_cim_building
