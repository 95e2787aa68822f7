-- title: { zh: 办事网点, en: Service sites }
-- row: { zh: 一个办事网点, en: one site }
-- key: [code]
-- fresh: live
-- scope: none
-- right: find
-- columns: { code: { zh: 网点代码, en: Site }, name: { zh: 名称, en: Name }, kind: { zh: 类别, en: Kind }, area: { zh: 区划, en: Area }, address: { zh: 地址, en: Address }, longitude: { zh: 经度, en: Longitude }, latitude: { zh: 纬度, en: Latitude }, hours: { zh: 开放时间, en: Hours }, windows: { zh: 窗口数, en: Windows } }
select code, name_zh as name, kind, area, address, longitude, latitude, hours, windows
from services_channel_site
where is_open
