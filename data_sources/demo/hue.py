"""What is known of Hue besides its table of places: where its lagoons open, its rivers, its landmarks (lon, lat)."""

INLETS = (
    ((107.626, 16.568), (107.640, 16.566)),  # Thuận An
    ((107.915, 16.356), (107.935, 16.347)),  # Tư Hiền
    ((108.088, 16.228), (108.102, 16.226)),  # Lăng Cô
)
IN_LAGOONS = ((107.85, 16.32), (108.055, 16.24))  # Tam Giang – Cầu Hai; Lập An
BARRIER_BEGINS = ((107.433, 16.652), (107.480, 16.712))  # where the lagoon's head is nearest to the sea
ON_BARRIER = ((107.56, 16.607), (107.65, 16.561), (107.80, 16.44), (107.88, 16.37))
BARRIER_PLACES = frozenset({"19873", "19900", "19945", "20122"})  # Phong Quảng, Thuận An, Phú Vinh, Vinh Lộc
LANDMARKS = ((108.13, 16.205),)  # Hải Vân pass, on the border with Đà Nẵng
LANDMARK_KM = 3.5
SEAWARD_KM = (5.0, 6.5)  # the sea lies north-east

RIVERS: dict[str, tuple[tuple[float, float], ...]] = {
    "Hương": (
        *((107.622, 16.360), (107.603, 16.352), (107.586, 16.355), (107.572, 16.362), (107.566, 16.378)),
        *((107.574, 16.392), (107.565, 16.408), (107.561, 16.424)),
        *((107.548, 16.436), (107.546, 16.452), (107.560, 16.457), (107.574, 16.459), (107.589, 16.469)),
        *((107.601, 16.479), (107.598, 16.492), (107.584, 16.503), (107.577, 16.517), (107.580, 16.529)),
        *((107.597, 16.546), (107.620, 16.546), (107.634, 16.556)),
    ),
    "Hữu Trạch": (
        *((107.395, 16.190), (107.425, 16.225), (107.450, 16.260), (107.478, 16.300), (107.500, 16.325)),
        *((107.528, 16.345), (107.552, 16.352), (107.572, 16.362)),
    ),
    "Bồ": (
        *((107.255, 16.300), (107.300, 16.335), (107.325, 16.370), (107.352, 16.400), (107.375, 16.432)),
        *((107.395, 16.462), (107.425, 16.492), (107.452, 16.518), (107.470, 16.533), (107.495, 16.541)),
        *((107.520, 16.536), (107.545, 16.527), (107.562, 16.521), (107.577, 16.517)),
    ),
}
"""Centre lines through a handful of well-known points: bridges, confluences, Thiên Mụ, Cồn Hến, Sình."""

SURVEYED_RIVERS = {"20183": "Tả Trạch", "5142": "A Sáp"}
"""Lines of WDBII within the city; the lower Hương of 20183 lies a kilometre off and is drawn above instead."""
TA_TRACH_ENDS = 16.362

RIVER = "Sông {name}"
WATERS = {
    "Phá Tam Giang": (107.509, 16.612),
    "Đầm Thủy Tú": (107.736, 16.483),
    "Đầm Cầu Hai": (107.87, 16.32),
    "Đầm Lập An": (108.062, 16.236),
}
"""Where the parts of the lagoons are named: in the middle of each, inside the drawn water. Names as Hue writes them."""
