"""Answers of RECORDS records in XML, as agencies' servers give them."""

from bench._answers import RECORDS, moment


def requests() -> bytes:
    inside = "".join(
        f"<request><service_request_id>{i}</service_request_id><status>open</status>"
        "<service_name>Street light out</service_name><service_code>006</service_code><description>Dark</description>"
        f"<requested_datetime>{moment(i)}</requested_datetime><lat>16.46</lat><long>107.57</long></request>"
        for i in range(RECORDS)
    )
    return f"<service_requests>{inside}</service_requests>".encode()


def _ring(i: int) -> str:
    """A square that no other alert has."""
    south, west = 16 + i * 1e-5, 107 + i * 1e-5
    corners = ((0, 0), (0, 0.1), (0.1, 0.1), (0.1, 0), (0, 0))
    return " ".join(f"{south + a:.5f},{west + b:.5f}" for a, b in corners)


def cap() -> bytes:
    inside = "".join(
        f"<alert><identifier>a{i}</identifier><sender>s@test</sender><sent>{moment(i)}</sent><status>Actual</status>"
        "<msgType>Alert</msgType><scope>Public</scope><info><language>en-US</language><category>Met</category>"
        "<event>Flood</event><urgency>Immediate</urgency><severity>Severe</severity><certainty>Observed</certainty>"
        "<headline>River rising</headline><area><areaDesc>Hue</areaDesc>"
        f"<polygon>{_ring(i)}</polygon></area></info></alert>"
        for i in range(RECORDS)
    )
    return f'<alerts xmlns="urn:oasis:names:tc:emergency:cap:1.2">{inside}</alerts>'.encode()


def measured() -> bytes:
    inside = "".join(
        f'<siteMeasurements><measurementSiteReference id="s{i}" version="1"/>'
        f"<measurementTimeDefault>{moment(i)}</measurementTimeDefault>"
        '<measuredValue index="0"><measuredValue><basicData xsi:type="TrafficFlow"><vehicleFlow>'
        "<vehicleFlowRate>1010</vehicleFlowRate></vehicleFlow></basicData></measuredValue></measuredValue>"
        '<measuredValue index="0"><measuredValue><basicData xsi:type="TrafficSpeed"><averageVehicleSpeed>'
        "<speed>52.0</speed></averageVehicleSpeed></basicData></measuredValue></measuredValue></siteMeasurements>"
        for i in range(RECORDS // 2)
    )
    space = 'xmlns="http://datex2.eu/schema/2/2_0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    return f"<d2LogicalModel {space}><payloadPublication>{inside}</payloadPublication></d2LogicalModel>".encode()


def situations() -> bytes:
    inside = "".join(
        f'<situation id="S{i}"><overallSeverity>high</overallSeverity><situationRecord xsi:type="Accident" id="R{i}" '
        'version="1"><situationRecordVersionTime>2026-11-23T00:00:00Z</situationRecordVersionTime><validity>'
        "<validityStatus>active</validityStatus><validityTimeSpecification>"
        f"<overallStartTime>{moment(i)}</overallStartTime></validityTimeSpecification></validity>"
        "<groupOfLocations><pointByCoordinates><pointCoordinates><latitude>16.4</latitude><longitude>107.5</longitude>"
        "</pointCoordinates></pointByCoordinates></groupOfLocations></situationRecord></situation>"
        for i in range(RECORDS)
    )
    return f'<d2LogicalModel xmlns:xsi="x"><payloadPublication>{inside}</payloadPublication></d2LogicalModel>'.encode()
