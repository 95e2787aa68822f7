-- title: { zh: 建筑屋顶, en: Roofs }
-- row: { zh: 一栋 LoD2 建筑屋顶的一片, en: one level piece of the roof of one LoD2 building }
-- key: [code, piece]
-- fresh: live
-- scope: { area: area_code }
-- columns:
--   code: { zh: 建筑编码, en: Building, grade: public }
--   piece: { zh: 片号, en: Piece, grade: public }
--   name: { zh: 名称, en: Name, grade: public }
--   area_code: { zh: 社区代码, en: Community, grade: public }
--   height_m: { zh: 高度, en: Height, grade: public, unit: m }
--   longitude: { zh: 经度, en: Longitude, grade: public }
--   latitude: { zh: 纬度, en: Latitude, grade: public }
--   outline: { zh: 轮廓（GeoJSON）, en: Outline (GeoJSON), grade: public }
select b.code, p.piece, b.name, b.area_id as area_code, cast(p.said ->> 'height_m' as double precision) as height_m,
    b.longitude, b.latitude, p.said ->> 'outline' as outline
from infrastructure_cim_building b cross join lateral jsonb_array_elements(b.roof) with ordinality as p(said, piece)
