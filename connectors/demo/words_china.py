"""Chinese words for made-up customers, each with its reading, and places with their codes (GB/T 2260) and area codes."""

from __future__ import annotations

import re
from dataclasses import dataclass


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((han, latin) for han, latin in re.findall(r"([^\sa-z]+)([a-z]+)", text))


# In order of frequency, roughly; 单 曾 仇 查 have surname readings of their own.
SURNAMES = _pairs(
    """
    王wang 李li 张zhang 刘liu 陈chen 杨yang 黄huang 赵zhao 吴wu 周zhou 徐xu 孙sun 马ma 朱zhu 胡hu 郭guo 何he 林lin
    高gao 罗luo 郑zheng 梁liang 谢xie 宋song 唐tang 许xu 韩han 邓deng 冯feng 曹cao 彭peng 曾zeng 肖xiao 田tian 董dong
    潘pan 袁yuan 蔡cai 蒋jiang 余yu 于yu 杜du 叶ye 程cheng 魏wei 苏su 吕lv 丁ding 任ren 卢lu 姚yao 沈shen 钟zhong 姜jiang
    崔cui 谭tan 陆lu 范fan 汪wang 廖liao 石shi 金jin 韦wei 贾jia 夏xia 付fu 方fang 邹zou 熊xiong 白bai 孟meng 秦qin
    邱qiu 侯hou 江jiang 尹yin 薛xue 闫yan 段duan 雷lei 龙long 黎li 史shi 陶tao 贺he 毛mao 郝hao 顾gu 龚gong 邵shao 万wan
    覃qin 武wu 钱qian 戴dai 严yan 莫mo 孔kong 向xiang 常chang 汤tang 单shan 仇qiu 查zha 章zhang 温wen 康kang 施shi 牛niu
    樊fan 葛ge 邢xing 安an 齐qi 易yi 乔qiao 伍wu 庞pang 颜yan 倪ni 庄zhuang 聂nie 鲁lu 岳yue 翟zhai 殷yin 欧阳ouyang 诸葛zhuge
    """
)
MALE_CHARACTERS = _pairs(
    """
    伟wei 强qiang 磊lei 军jun 勇yong 涛tao 明ming 超chao 刚gang 平ping 辉hui 鹏peng 飞fei 鑫xin 波bo 斌bin 宇yu 浩hao
    凯kai 健jian 俊jun 帆fan 帅shuai 旭xu 峰feng 志zhi 国guo 建jian 文wen 华hua 龙long 杰jie 亮liang 成cheng 东dong 海hai
    云yun 林lin 宏hong 博bo 毅yi 昊hao 轩xuan 泽ze 睿rui 铭ming 钧jun 玮wei 炜wei 晖hui 诚cheng 豪hao 坤kun 振zhen 嘉jia
    永yong 德de 庆qing 祥xiang 瑞rui 翔xiang 晨chen 阳yang 航hang 天tian 智zhi 卫wei 光guang 新xin 春chun 和he 兴xing 良liang
    """
)
FEMALE_CHARACTERS = _pairs(
    """
    芳fang 娜na 敏min 静jing 丽li 艳yan 娟juan 霞xia 秀xiu 燕yan 玲ling 桂gui 英ying 红hong 洁jie 莉li 萍ping 玉yu 兰lan
    梅mei 琴qin 慧hui 雪xue 婷ting 倩qian 颖ying 琳lin 佳jia 欣xin 怡yi 雨yu 璐lu 瑶yao 梦meng 思si 晓xiao 文wen 雅ya 靖jing
    婧jing 莹ying 蓉rong 薇wei 蕾lei 菲fei 珊shan 珍zhen 凤feng 淑shu 惠hui 月yue 秋qiu 彤tong 涵han 妍yan 嘉jia 诗shi 可ke
    宁ning 虹hong 瑛ying 钰yu 翠cui 香xiang 爱ai 春chun 小xiao 心xin 馨xin 楠nan 茜qian 萌meng 露lu 冰bing 岚lan 滢ying
    """
)
BRAND_CHARACTERS = _pairs(
    """
    星xing 桥qiao 恒heng 泰tai 瑞rui 鑫xin 盛sheng 华hua 宏hong 达da 远yuan 博bo 天tian 海hai 嘉jia 和he 信xin 诚cheng
    通tong 联lian 创chuang 凯kai 德de 丰feng 金jin 龙long 睿rui 智zhi 云yun 科ke 新xin 康kang 美mei 安an 源yuan 润run 景jing
    腾teng 飞fei 卓zhuo 越yue 启qi 明ming 晨chen 光guang 佳jia 利li 亚ya 东dong 长chang 江jiang 正zheng 中zhong 元yuan 顺shun
    """
)
INDUSTRIES: tuple[tuple[str, str, str], ...] = (
    ("科技", "Technology", "I65"),
    ("精密仪器", "Precision Instruments", "C40"),
    ("机械设备", "Machinery", "C35"),
    ("电子", "Electronics", "C39"),
    ("医疗器械", "Medical Devices", "C35"),
    ("生物医药", "Biopharma", "C27"),
    ("国际贸易", "International Trading", "F51"),
    ("进出口", "Import & Export", "F51"),
    ("供应链管理", "Supply Chain Management", "L72"),
    ("物流", "Logistics", "G59"),
    ("信息技术", "Information Technology", "I65"),
    ("网络科技", "Network Technology", "I64"),
    ("新能源", "New Energy", "D44"),
    ("汽车零部件", "Auto Parts", "C36"),
    ("化工", "Chemicals", "C26"),
    ("建筑工程", "Construction Engineering", "E47"),
    ("环保科技", "Environmental Technology", "N77"),
    ("食品", "Foods", "C14"),
    ("纺织", "Textiles", "C17"),
    ("服饰", "Apparel", "C18"),
    ("包装材料", "Packaging", "C22"),
    ("自动化设备", "Automation", "C34"),
    ("光电", "Optoelectronics", "C39"),
    ("文化传媒", "Culture & Media", "R87"),
    ("企业管理咨询", "Management Consulting", "L72"),
    ("餐饮管理", "Catering Management", "H62"),
)
LEGAL_FORMS: tuple[tuple[str, str], ...] = (
    ("有限公司", "Co., Ltd."),
    ("有限责任公司", "Co., Ltd."),
    ("股份有限公司", "Corporation"),
    ("集团有限公司", "Group Co., Ltd."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A city with its districts (name, reading, six-digit code) and its telephone area code."""

    province: str
    city: str
    latin: str
    area_code: str
    postcode: str
    districts: tuple[tuple[str, str, str], ...]


def _place(line: str) -> Place:
    province, city, latin, area_code, postcode, *districts = line.split()
    return Place(
        province=province,
        city=city,
        latin=latin,
        area_code=area_code,
        postcode=postcode,
        districts=tuple(_district(text) for text in districts),
    )


def _district(text: str) -> tuple[str, str, str]:
    """``浦东新区Pudong310115`` as name, reading and code."""
    name, reading, code = re.findall("[^A-Za-z0-9]+|[A-Za-z]+|[0-9]+", text)
    return name, reading, code


_PLACES = """
    上海市 上海市 Shanghai 21 2000 浦东新区Pudong310115 徐汇区Xuhui310104 静安区Jingan310106 闵行区Minhang310112 嘉定区Jiading310114
    北京市 北京市 Beijing 10 1000 朝阳区Chaoyang110105 海淀区Haidian110108 西城区Xicheng110102 丰台区Fengtai110106 东城区Dongcheng110101
    浙江省 杭州市 Hangzhou 571 3100 西湖区Xihu330106 滨江区Binjiang330108 余杭区Yuhang330110 萧山区Xiaoshan330109
    江苏省 南京市 Nanjing 25 2100 玄武区Xuanwu320102 鼓楼区Gulou320106 江宁区Jiangning320115
    江苏省 苏州市 Suzhou 512 2150 姑苏区Gusu320508 吴中区Wuzhong320506 虎丘区Huqiu320505 吴江区Wujiang320509
    江苏省 无锡市 Wuxi 510 2140 滨湖区Binhu320211 惠山区Huishan320206
    浙江省 宁波市 Ningbo 574 3150 鄞州区Yinzhou330212 海曙区Haishu330203 北仑区Beilun330206
    广东省 广州市 Guangzhou 20 5100 天河区Tianhe440106 越秀区Yuexiu440104 番禺区Panyu440113 白云区Baiyun440111
    广东省 深圳市 Shenzhen 755 5180 南山区Nanshan440305 福田区Futian440304 宝安区Baoan440306 龙岗区Longgang440307
    四川省 成都市 Chengdu 28 6100 武侯区Wuhou510107 锦江区Jinjiang510104 青羊区Qingyang510105 成华区Chenghua510108
    重庆市 重庆市 Chongqing 23 4000 渝中区Yuzhong500103 江北区Jiangbei500105 渝北区Yubei500112
    湖北省 武汉市 Wuhan 27 4300 武昌区Wuchang420106 洪山区Hongshan420111 江汉区Jianghan420103
    陕西省 西安市 Xian 29 7100 雁塔区Yanta610113 碑林区Beilin610103 未央区Weiyang610112
    天津市 天津市 Tianjin 22 3000 和平区Heping120101 南开区Nankai120104 河西区Hexi120103
    山东省 青岛市 Qingdao 532 2660 市南区Shinan370202 崂山区Laoshan370212
    山东省 济南市 Jinan 531 2500 历下区Lixia370102 市中区Shizhong370103
    福建省 厦门市 Xiamen 592 3610 思明区Siming350203 湖里区Huli350206
    福建省 福州市 Fuzhou 591 3500 鼓楼区Gulou350102 台江区Taijiang350103
    安徽省 合肥市 Hefei 551 2300 蜀山区Shushan340104 包河区Baohe340111
    湖南省 长沙市 Changsha 731 4100 岳麓区Yuelu430104 芙蓉区Furong430102
    河南省 郑州市 Zhengzhou 371 4500 金水区Jinshui410105 二七区Erqi410103
    辽宁省 大连市 Dalian 411 1160 中山区Zhongshan210202 沙河口区Shahekou210204
    辽宁省 沈阳市 Shenyang 24 1100 和平区Heping210102 沈河区Shenhe210103
"""
PLACES: tuple[Place, ...] = tuple(_place(line) for line in _PLACES.strip().splitlines())
STREETS = _pairs(
    """
    人民renmin 中山zhongshan 解放jiefang 建设jianshe 文化wenhua 新华xinhua 和平heping 张江zhangjiang 创新chuangxin 科技keji
    长江changjiang 黄河huanghe 延安yanan 淮海huaihai 北京beijing 南京nanjing 青年qingnian 光明guangming 东风dongfeng 胜利shengli
    迎宾yingbin 滨江binjiang 学府xuefu 体育tiyu 工业gongye 龙华longhua 凤凰fenghuang 友谊youyi 湖滨hubin 金桥jinqiao
    云杉yunshan 梧桐wutong 桂花guihua 松涛songtao 紫荆zijing 玉兰yulan 春晓chunxiao 明珠mingzhu 望江wangjiang 兴业xingye
    """
)
STREET_KINDS: tuple[tuple[str, str], ...] = (
    ("路", "Road"),
    ("街", "Street"),
    ("大道", "Avenue"),
    ("东路", "East Road"),
)
MOBILE_PREFIXES = "134 135 136 137 138 139 150 151 152 157 158 159 182 183 187 188 130 131 132 155 156 185 186 133 153 180 189".split()
PUBLIC_MAIL = ("qq.com", "163.com", "126.com", "sina.com", "outlook.com", "foxmail.com")
READINGS: dict[str, str] = dict((*SURNAMES, *MALE_CHARACTERS, *FEMALE_CHARACTERS, *BRAND_CHARACTERS))
"""How each character (or surname of two) that occurs in a name is read."""


def _homophones() -> dict[str, str]:
    by_reading: dict[str, str] = {}
    for han, latin in READINGS.items():
        if len(han) == 1:
            by_reading[latin] = by_reading.get(latin, "") + han
    return {
        han: others
        for han, latin in READINGS.items()
        if len(han) == 1 and (others := by_reading[latin].replace(han, ""))
    }


HOMOPHONES: dict[str, str] = _homophones()
"""The characters that sound like a character, tones aside."""
