"""What kind of organisation a partner is: it decides whom a campaign suggests, and nothing about what they may do."""

from enum import StrEnum


class OrganisationKind(StrEnum):
    """Each member is followed by its Swedish name, then what it means."""

    POLICE = "police"  # polisen: registers campaigns and lifts embargoes
    HELPLINE = "helpline"  # stödlinje: answers children and adults by phone or chat
    STUDY_ASSOCIATION = "study_association"  # studieförbund: adapts material for study circles
    SPORTS = "sports"  # idrott: a club or a federation
    FAITH = "faith"  # trossamfund: a congregation or its umbrella
    RELATIVES = "relatives"  # anhöriga: parents, siblings and others near
    YOUTH = "youth"  # ungdomsorganisation: run by or for young people
    TENANTS = "tenants"  # hyresgäster och boende: local tenants' or residents' group
    AID = "aid"  # hjälporganisation: social or humanitarian work
    CULTURE = "culture"  # kultur: library, theatre, association of newcomers' culture
    MUNICIPALITY = "municipality"  # kommun: social services, leisure, local safety work
    SCHOOL = "school"  # skola: a school or its parents' group
    OTHER = "other"  # annan: none of the above
