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
--   drawn_m: { zh: 墙高, en: Height of its walls, grade: public, unit: m }
--   detail: { zh: 精度, en: Level of detail, grade: public }
--   longitude: { zh: 经度, en: Longitude, grade: public }
--   latitude: { zh: 纬度, en: Latitude, grade: public }
--   footprint: { zh: 底面（GeoJSON）, en: Footprint (GeoJSON), grade: public }
--   origin: { zh: 来源, en: Origin, grade: public }
--   changed_at: { zh: 更新时间, en: Changed, grade: public }
select code, name, area_id as area_code, address_code, floors, height_m,
    case when roof = '[]'::jsonb then height_m else coalesce((select min(cast(p ->> 'height_m' as double precision))
        from jsonb_array_elements(roof) p), height_m) end as drawn_m,
    case when roof = '[]'::jsonb then 'LoD1' else 'LoD2' end as detail, longitude, latitude, cast(footprint as text) as footprint,
    origin, changed_at
from infrastructure_cim_building
