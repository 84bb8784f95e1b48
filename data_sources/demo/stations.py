"""Where the demo city's sensors stand: tables that `sensors` makes devices of."""

AIR = ("pm2_5", "pm10", "o3", "no2", "so2", "co")
# place, name, how much traffic it breathes
AIR_STATIONS = (
    ("19789", "83 Hùng Vương", 1.25), ("19753", "Đại Nội", 1.0), ("19815", "An Cựu City", 1.2),
    ("19777", "Vỹ Dạ", 0.9), ("19774", "Kim Long", 0.85), ("19813", "Thủy Xuân", 0.8),
    ("19960", "Khu công nghiệp Phú Bài", 1.3),
    ("19969", "Thủy Dương", 1.1), ("19996", "Tứ Hạ", 1.1), ("19900", "Thuận An", 0.7), ("19819", "Phong Điền", 1.0),
    ("20137", "Cảng Chân Mây", 1.05), ("20107", "Phú Lộc", 0.75), ("20044", "A Lưới", 0.55),
)  # fmt: skip
# id, name, place, position, alarm levels in m, share of Kim Long's rise, hours behind it, level at rest
RIVER_GAUGES: tuple[tuple[str, str, str, float, float, tuple[float, float, float], float, float, float], ...] = (
    ("KIMLONG", "Sông Hương tại Kim Long", "19774", 16.4590, 107.5560, (1.0, 2.0, 3.5), 1.0, 0.0, 0.0),
    ("PHUOC", "Sông Bồ tại Phú Ốc", "19996", 16.5330, 107.4700, (1.5, 3.0, 4.5), 1.035, 6.0, 0.02),
    ("BINHDIEN", "Sông Hữu Trạch tại Bình Điền", "20035", 16.3500, 107.5200, (1.5, 2.6, 3.8), 0.9, -5.0, 0.3),
    ("DUONGHOA", "Sông Tả Trạch tại Dương Hòa", "19960", 16.3100, 107.6350, (1.5, 2.6, 3.8), 0.85, -4.0, 0.4),
    ("NAMDONG", "Sông Tả Trạch tại Nam Đông", "20161", 16.1680, 107.7200, (1.4, 2.4, 3.4), 0.8, -7.0, 0.3),
    ("TRUOI", "Sông Truồi tại Lộc An", "20140", 16.2950, 107.7800, (1.2, 2.0, 3.0), 0.72, -2.0, 0.1),
    ("ANCUU", "Sông An Cựu tại cầu Kho Rèn", "19815", 16.4560, 107.5990, (0.9, 1.6, 2.6), 0.8, 0.5, 0.0),
    ("CAUHAI", "Phá Tam Giang – Cầu Hai tại Thuận An", "19900", 16.5560, 107.6330, (0.6, 1.0, 1.5), 0.36, 6.0, 0.15),
)  # fmt: skip
CENTRE_STREETS = (
    ("19789", "Đường Hùng Vương"), ("19789", "Đường Lê Lợi"), ("19753", "Đường Đinh Tiên Hoàng"),
    ("19753", "Đường Mai Thúc Loan"), ("19777", "Đường Phạm Văn Đồng"), ("19815", "Đường Hoàng Quốc Việt"),
    ("19774", "Đường Kim Long"), ("19753", "Bến xe Nguyễn Hoàng"),
)  # fmt: skip
HEIGHTS = {"20044": 560.0, "20050": 400.0, "20056": 520.0, "20071": 600.0, "20101": 620.0, "20161": 120.0}

ROADS = (
    "Cầu Trường Tiền", "Cầu Phú Xuân", "Cầu Dã Viên", "Đường Lê Lợi", "Đường Hùng Vương", "Đường Bà Triệu",
    "Đường Nguyễn Huệ", "Đường Điện Biên Phủ", "Đường Bùi Thị Xuân", "Đường Tố Hữu", "Đường Võ Nguyên Giáp",
    "Đường Phạm Văn Đồng", "Đường Trần Hưng Đạo", "Đường Lê Duẩn", "Đường Nguyễn Trãi", "Đường Đặng Thái Thân",
    "Đường Chi Lăng", "Đường Nguyễn Sinh Cung", "Quốc lộ 1A Thủy Dương", "Quốc lộ 1A Phú Bài", "Quốc lộ 1A Tứ Hạ",
    "Quốc lộ 1A Phong Điền", "Quốc lộ 1A Phú Lộc", "Hầm Hải Vân", "Quốc lộ 49 Thuận An", "Quốc lộ 49A Bình Điền",
    "Đường Hồ Chí Minh A Lưới", "Đường Tự Đức – Thủy Dương", "Cầu Chợ Dinh", "Đường Nguyễn Văn Linh",
)  # fmt: skip
ROAD_PLACES = (
    *("19753", "19789", "19774", "19789", "19789", "19789", "19789", "19813", "19813", "19777", "19815", "19777"),
    *("19753", "19753", "19753", "19753", "19753", "19777", "19969", "19960", "19996", "19819", "20107", "20137"),
    *("19900", "20035", "20044", "19969", "19777", "19804"),
)
