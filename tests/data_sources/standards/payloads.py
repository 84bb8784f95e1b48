"""Small answers of our own, one or more of each standard, so that no test hangs on files from elsewhere."""

import json
from typing import Any

import cbor2
from google.transit import gtfs_realtime_pb2 as gtfs

STATION = {
    "id": "urn:ngsi-ld:AirQualityObserved:Kim-Long",
    "type": "AirQualityObserved",
    "dateObserved": {"type": "Property", "value": {"@type": "DateTime", "@value": "2026-11-23T07:00:00+07:00"}},
    "location": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [107.57, 16.46]}},
    "pm25": {"type": "Property", "value": 35.5, "unitCode": "GQ"},
    "co": {"type": "Property", "value": 0.4, "unitCode": "GP"},
    "temperature": {"type": "Property", "value": 77, "unitCode": "FAH"},
    "relativeHumidity": {"type": "Property", "value": 0.81},
    "name": {"type": "Property", "value": "Kim Long"},
    "@context": ["https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld"],
}
TRAFFIC = {
    "id": "loop-7",
    "type": "TrafficFlowObserved",
    "dateObservedFrom": "2026-11-23T00:00:00Z",
    "dateObservedTo": "2026-11-23T00:05:00Z",
    "intensity": 50,
    "occupancy": 0.2,
    "averageVehicleSpeed": 41.5,
    "laneId": 1,
    "location": {"type": "LineString", "coordinates": [[107.5, 16.4], [107.6, 16.4]]},
}
ALERT = {
    "id": "Alert:flood-1",
    "type": "Alert",
    "category": "naturalDisaster",
    "subCategory": "flood",
    "severity": "critical",
    "dateIssued": "2026-11-23T00:00:00Z",
    "validTo": "2026-11-24T00:00:00Z",
    "location": {"type": "Point", "coordinates": [107.57, 16.46]},
    "description": "River above level III",
}
COMPLAINT = {
    "id": "Complaint:1",
    "type": "Complaint",
    "status": "In progress",
    "timestamp": "2026-11-20T10:00:00+07:00",
    "category": "Low pressure",
    "isFiledTo": "urn:ngsi-ld:Organization:water",
    "description": "No water since Monday",
}
NGSI = [STATION, TRAFFIC, ALERT, COMPLAINT]

THING: dict[str, Any] = {
    "@iot.id": 12,
    "@iot.selfLink": "http://sensors.test/v1.1/Things(12)",
    "name": "Gauge Kim Long",
    "properties": {"bd1": 1.0, "bd2": 2.0, "bd3": 3.5},
    "Locations": [{"location": {"type": "Point", "coordinates": [107.57, 16.46]}}],
    "Datastreams": [
        {
            "@iot.id": 1,
            "name": "level",
            "unitOfMeasurement": {"name": "centimetre", "symbol": "cm"},
            "ObservedProperty": {"name": "Water Level"},
            "Observations": [
                {"phenomenonTime": "2026-11-23T00:00:00Z/2026-11-23T00:10:00Z", "result": 152},
                {"phenomenonTime": "2026-11-23T00:20:00Z", "result": "n/a"},
            ],
            "Observations@iot.nextLink": "http://sensors.test/v1.1/Datastreams(1)/Observations?$skip=2",
        }
    ],
}
THINGS = {"value": [THING], "@iot.nextLink": "http://sensors.test/v1.1/Things?$skip=1"}

REQUESTS = [
    {
        "service_request_id": "638344",
        "status": "closed",
        "service_name": "Street light out",
        "service_code": "006",
        "requested_datetime": "2026-11-14T06:37:38+07:00",
        "updated_datetime": "2026-11-15T06:37:38+07:00",
        "expected_datetime": "2026-11-16T06:37:38+07:00",
        "agency_responsible": "Lighting",
        "lat": 16.46,
        "long": "107.57",
        "description": "Dark since <b>Monday</b>",
    },
    {
        "service_request_id": "638349",
        "status": "open",
        "service_code": "006",
        "requested_datetime": "2026-11-19T06:37:38+07:00",
    },
]
REQUESTS_XML = b"""<?xml version="1.0" encoding="utf-8"?>
<service_requests>
  <request><service_request_id>638344</service_request_id><status>closed</status>
    <service_name>Street light out</service_name><service_code>006</service_code>
    <requested_datetime>2026-11-14T06:37:38+07:00</requested_datetime>
    <updated_datetime>2026-11-15T06:37:38+07:00</updated_datetime><lat>16.46</lat><long>107.57</long></request>
  <request><service_request_id>638349</service_request_id><status>open</status><description/>
    <requested_datetime>2026-11-19T06:37:38+07:00</requested_datetime></request>
</service_requests>"""

SENML = [
    {"bn": "urn:dev:mac:0024befffe804ff1/", "bt": 1_763_856_000, "n": "temperature", "u": "Cel", "v": 29.5},
    {"n": "humidity", "u": "%RH", "v": 81, "t": 60},
    {"n": "door", "vb": True},
]
SENML_XML = b"""<sensml xmlns="urn:ietf:params:xml:ns:senml">
  <senml bn="urn:dev:mac:0024befffe804ff1/" bt="1763856000" n="temperature" u="Cel" v="29.5"></senml>
  <senml n="humidity" u="%RH" v="81" t="60"></senml><senml n="door" vb="true"></senml></sensml>"""
SENML_CBOR = cbor2.dumps(
    [
        {-2: "urn:dev:mac:0024befffe804ff1/", -3: 1_763_856_000, 0: "temperature", 1: "Cel", 2: 29.5},
        {0: "humidity", 1: "%RH", 2: 81, 6: 60},
        {0: "door", 4: True},
    ]
)

CAP = b"""<?xml version="1.0" encoding="UTF-8"?>
<alerts xmlns="urn:oasis:names:tc:emergency:cap:1.2">
 <alert><identifier>flood-1</identifier><sender>hydro@test</sender><sent>2026-11-23T07:00:00+07:00</sent>
  <status>Actual</status><msgType>Alert</msgType><scope>Public</scope>
  <info><language>en-US</language><category>Met</category><event>Flood</event><urgency>Immediate</urgency>
   <severity>Severe</severity><certainty>Observed</certainty><expires>2026-11-24T07:00:00+07:00</expires>
   <headline>River rising</headline>
   <area><areaDesc>Hue</areaDesc><polygon>16.4,107.5 16.4,107.6 16.5,107.6 16.5,107.5 16.4,107.5</polygon></area></info>
  <info><language>vi-VN</language><category>Met</category><event>Lu</event><urgency>Immediate</urgency>
   <severity>Extreme</severity><certainty>Observed</certainty><expires>2026-11-24T08:00:00+07:00</expires>
   <headline>Nuoc song dang len</headline>
   <area><areaDesc>Hue</areaDesc><circle>16.45,107.55 12.5</circle></area></info></alert>
 <alert><identifier>flood-2</identifier><sender>hydro@test</sender><sent>2026-11-23T09:00:00+07:00</sent>
  <status>Actual</status><msgType>Update</msgType><scope>Public</scope>
  <references>hydro@test,flood-1,2026-11-23T07:00:00+07:00 hydro@test,flood-0,2026-11-22T07:00:00+07:00</references>
  <info><category>Met</category><event>Flood</event><urgency>Past</urgency><severity>Minor</severity>
   <certainty>Observed</certainty></info></alert>
</alerts>"""

DATEX = b"""<?xml version="1.0"?>
<d2LogicalModel xmlns="http://datex2.eu/schema/2/2_0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <payloadPublication xsi:type="SituationPublication"><situation id="S1"><overallSeverity>high</overallSeverity>
  <headerInformation><informationStatus>real</informationStatus></headerInformation>
  <situationRecord xsi:type="RoadOrCarriagewayOrLaneManagement" id="S1-1" version="3">
   <situationRecordVersionTime>2026-11-23T01:00:00Z</situationRecordVersionTime>
   <validity><validityStatus>active</validityStatus><validityTimeSpecification>
     <overallStartTime>2026-11-23T00:30:00Z</overallStartTime></validityTimeSpecification></validity>
   <generalPublicComment><comment><values><value lang="vi">Cam duong</value><value lang="en">Closed</value></values>
   </comment></generalPublicComment>
   <groupOfLocations xsi:type="Point"><pointByCoordinates><pointCoordinates><latitude>16.46</latitude>
     <longitude>107.57</longitude></pointCoordinates></pointByCoordinates></groupOfLocations>
   <roadOrCarriagewayOrLaneManagementType>roadClosed</roadOrCarriagewayOrLaneManagementType></situationRecord>
  <situationRecord xsi:type="Accident" id="S1-2" version="1"><validity><validityTimeSpecification>
     <overallStartTime>2026-11-23T00:20:00</overallStartTime></validityTimeSpecification></validity></situationRecord>
 </situation></payloadPublication></d2LogicalModel>"""
MEASURED = b"""<mc:messageContainer xmlns:mc="http://datex2.eu/schema/3/messageContainer"
 xmlns:roa="http://datex2.eu/schema/3/roadTrafficData" xmlns:com="http://datex2.eu/schema/3/common"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <mc:payload xsi:type="roa:MeasuredDataPublication"><roa:siteMeasurements>
  <roa:measurementSiteReference id="site-9" version="1"/>
  <roa:physicalQuantity index="1"><roa:physicalQuantity xsi:type="roa:SinglePhysicalQuantity">
   <roa:basicData xsi:type="roa:TrafficFlow"><roa:vehicleFlow><com:vehicleFlowRate>240</com:vehicleFlowRate>
   </roa:vehicleFlow></roa:basicData></roa:physicalQuantity></roa:physicalQuantity>
  <roa:physicalQuantity index="2"><roa:physicalQuantity xsi:type="roa:SinglePhysicalQuantity">
   <roa:basicData xsi:type="roa:TrafficFlow"><roa:vehicleFlow><com:vehicleFlowRate>360</com:vehicleFlowRate>
   </roa:vehicleFlow></roa:basicData></roa:physicalQuantity></roa:physicalQuantity>
  <roa:physicalQuantity index="3"><roa:physicalQuantity xsi:type="roa:SinglePhysicalQuantity">
   <roa:basicData xsi:type="roa:TrafficSpeed"><roa:averageVehicleSpeed><com:speed>52.5</com:speed>
   </roa:averageVehicleSpeed></roa:basicData></roa:physicalQuantity></roa:physicalQuantity>
  <roa:physicalQuantity index="4"><roa:physicalQuantity xsi:type="roa:SinglePhysicalQuantity">
   <roa:basicData xsi:type="roa:TrafficSpeed"><roa:averageVehicleSpeed><com:speed>-1</com:speed>
   </roa:averageVehicleSpeed></roa:basicData></roa:physicalQuantity></roa:physicalQuantity>
  <roa:measurementTimeDefault><roa:timeValue>2026-11-23T00:05:00Z</roa:timeValue></roa:measurementTimeDefault>
 </roa:siteMeasurements></mc:payload></mc:messageContainer>"""
DATEX_JSON = {
    "payload": {
        "modelBaseVersionG": "3",
        "situationSituationPublication": {
            "publicationTime": "2026-11-23T00:00:00Z",
            "situation": [
                {
                    "idG": "S2",
                    "overallSeverity": {"value": "highest"},
                    "situationRecord": [
                        {
                            "situationEnvironmentalObstruction": {
                                "idG": "S2-1",
                                "versionG": "1",
                                "environmentalObstructionType": [{"value": "flooding"}],
                                "validity": {
                                    "validityStatus": {"value": "active"},
                                    "validityTimeSpecification": {"overallStartTime": "2026-11-23T00:00:00Z"},
                                },
                                "locationReference": {
                                    "locationReferencingPointLocation": {
                                        "pointByCoordinates": {
                                            "pointCoordinates": {"latitude": 16.46, "longitude": 107.57}
                                        }
                                    }
                                },
                            }
                        }
                    ],
                }
            ],
        },
    }
}


def transit(timestamp: int = 1_763_856_000) -> bytes:
    """Two buses, a late trip, a cancelled one, an alert and an entity that is gone."""
    feed = gtfs.FeedMessage(header=gtfs.FeedHeader(gtfs_realtime_version="2.0", timestamp=timestamp))
    bus = feed.entity.add(id="v1").vehicle
    bus.position.latitude, bus.position.longitude, bus.position.speed = 16.46, 107.57, 10.0
    bus.vehicle.id, bus.timestamp = "bus-1", max(timestamp - 5, 0)
    feed.entity.add(id="v2").vehicle.vehicle.id = "bus-2"
    late = feed.entity.add(id="t1").trip_update
    late.trip.trip_id = "trip-1"
    late.stop_time_update.add(stop_sequence=3).arrival.delay = 95
    cancelled = feed.entity.add(id="t2").trip_update.trip
    cancelled.trip_id, cancelled.schedule_relationship = "trip-2", gtfs.TripDescriptor.CANCELED
    alert = feed.entity.add(id="a1").alert
    alert.effect, alert.cause = gtfs.Alert.DETOUR, gtfs.Alert.WEATHER
    alert.active_period.add(start=max(timestamp - 3600, 0), end=timestamp + 3600)
    alert.header_text.translation.add(text="Detour by Le Loi", language="en")
    alert.header_text.translation.add(text="Di vong qua Le Loi", language="vi")
    feed.entity.add(id="a0", is_deleted=True)
    return bytes(feed.SerializeToString())


def dumped(value: object) -> bytes:
    return json.dumps(value).encode()


PAYLOADS: dict[str, list[bytes]] = {
    "ngsi_ld": [dumped(NGSI), dumped(STATION), dumped({"type": "Notification", "id": "n", "data": NGSI})],
    "sensorthings": [dumped(THINGS), dumped(THING)],
    "open311": [dumped(REQUESTS), REQUESTS_XML],
    "senml": [dumped(SENML), SENML_XML, SENML_CBOR],
    "cap": [CAP],
    "datex2": [DATEX, MEASURED, dumped(DATEX_JSON)],
    "gtfs_realtime": [transit()],
}
