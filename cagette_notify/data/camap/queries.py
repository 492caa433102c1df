"""What is asked of a CAMAP's or Cagette's tables. The only place that speaks their SQL.

Rows are gathered, compared and sorted in Python: the tables' collations take zoé for zoe and each emoji for
any other, MariaDB refuses what CAMAP's GROUP BY would need, and GROUP_CONCAT cuts in silence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.data.camap.mended import mended

if TYPE_CHECKING:
    from cagette_notify.data.camap.snapshot import Snapshot

_SHAPE = """
    SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()
        AND (TABLE_NAME, COLUMN_NAME) IN (('Group', 'disabled'), ('UserGroup', 'rights2'))
"""

SELECT_GROUPS = """
    SELECT g.id, g.name, g.extUrl, g.flags, g.volunteersMailDaysBeforeDutyPeriod,
        g.vacantVolunteerRolesMailDaysBeforeDutyPeriod, {disabled}, u.firstName, u.lastName, u.email
    FROM `Group` g LEFT JOIN `User` u ON u.id = g.userId ORDER BY g.id
"""
SELECT_WITH_RIGHTS = """
    SELECT ug.groupId, u.id, u.email, ug.{rights} FROM UserGroup ug JOIN `User` u ON u.id = ug.userId
    WHERE ug.groupId IN %s AND ug.{rights} IS NOT NULL AND ug.{rights} <> '' ORDER BY ug.groupId, u.id
"""
SELECT_MEMBERSHIPS = "SELECT groupId, userId FROM UserGroup WHERE groupId IN %s ORDER BY groupId"
SELECT_USERS = """
    SELECT id, lang, firstName, lastName, email, firstName2, lastName2, email2, ldate, flags FROM `User`
    WHERE id IN (SELECT userId FROM UserGroup WHERE groupId IN %s) ORDER BY id
"""
SELECT_PEOPLE = "SELECT id, firstName, lastName, email FROM `User` WHERE id IN %s"
SELECT_DISTRIBUTIONS = """
    SELECT md.id, md.groupId, md.distribStartDate, md.distribEndDate, md.orderStartDate, md.orderEndDate,
        p.name, p.address1, p.address2, p.zipCode, p.city
    FROM MultiDistrib md LEFT JOIN Place p ON p.id = md.placeId
    WHERE md.groupId IN %s AND (md.distribStartDate >= %s OR md.distribStartDate < '1970-01-01')
    ORDER BY md.id
"""
SELECT_TAKING_PART = """
    SELECT d.multiDistribId, c.name, c.type, d.orderStartDate, d.orderEndDate
    FROM MultiDistrib md JOIN Distribution d ON d.multiDistribId = md.id JOIN Catalog c ON c.id = d.catalogId
    WHERE md.groupId IN %s AND md.distribStartDate >= %s ORDER BY d.id
"""
SELECT_ORDERS = """
    SELECT d.multiDistribId, o.id, o.userId, o.userId2, o.quantity, o.productPrice, o.feesRate,
        p.id, p.name, p.qt, p.unitType, p.variablePrice, p.bulk, c.name,
        d.id, s.absentDistribIds, c.absentDistribsMaxNb
    FROM Distribution d JOIN UserOrder o ON o.distributionId = d.id
        LEFT JOIN Product p ON p.id = o.productId LEFT JOIN Catalog c ON c.id = d.catalogId
        LEFT JOIN Subscription s ON s.id = o.subscriptionId
    WHERE d.multiDistribId IN %s ORDER BY o.id
"""
SELECT_ROLES = "SELECT id, name FROM VolunteerRole"
SELECT_ROLES_DUE = "SELECT id, volunteerRolesIds FROM MultiDistrib WHERE id IN %s"
SELECT_VOLUNTEERS = """
    SELECT multiDistribId, userId, volunteerRoleId FROM Volunteer WHERE multiDistribId IN %s
    ORDER BY multiDistribId, volunteerRoleId, userId
"""

EVERY_GROUP = "SELECT * FROM `Group` ORDER BY id"
COMING = """
    SELECT COUNT(*), SUM(CRC32(CONCAT_WS('|', id, groupId, IFNULL(placeId, ''), distribStartDate,
        IFNULL(distribEndDate, ''), IFNULL(orderStartDate, ''), IFNULL(orderEndDate, ''),
        IFNULL(volunteerRolesIds, ''))))
    FROM MultiDistrib WHERE distribStartDate > %s
"""
# By its own copy of the start: to join MultiDistrib for it takes four times as long.
COMING_CATALOGS = """
    SELECT COUNT(*), SUM(CRC32(CONCAT_WS('|', id, multiDistribId, catalogId, IFNULL(orderStartDate, ''),
        IFNULL(orderEndDate, ''))))
    FROM Distribution WHERE date > %s OR date IS NULL OR date < '1970-01-01'
"""
EVERY_PLACE = """
    SELECT COUNT(*), SUM(CRC32(CONCAT_WS('|', id, name, IFNULL(address1, ''), IFNULL(address2, ''),
        IFNULL(zipCode, ''), IFNULL(city, ''))))
    FROM Place
"""
EVERY_CATALOG = "SELECT COUNT(*), SUM(CRC32(CONCAT_WS('|', id, type))) FROM Catalog"


class Shape(Struct, frozen=True):
    """How a version has its tables.

    What isn't CAMAP is an old Cagette: no group of it is disabled, or says whether it wants mails about
    duties. It keeps rights elsewhere.
    """

    is_camap: bool
    has_old_rights: bool

    @property
    def groups(self) -> str:
        """The query for groups."""
        return SELECT_GROUPS.format(disabled="g.disabled" if self.is_camap else "NULL")

    @property
    def with_rights(self) -> str:
        """The query for those who have rights in groups."""
        return SELECT_WITH_RIGHTS.format(rights="rights2" if self.has_old_rights else "rights")


def shape_of(snapshot: Snapshot) -> Shape:
    """Return which version of the tables a server has."""
    found = {(mended(table), mended(column)) for table, column in snapshot.rows(_SHAPE)}
    return Shape(("Group", "disabled") in found, ("UserGroup", "rights2") in found)


def in_groups_of(ids: list[int]) -> list[int]:
    """Return ids as a list of SQL, which is never empty."""
    return ids or [0]
