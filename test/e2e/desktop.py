#!/usr/bin/python3
"""The part of a Linux desktop that a tray app talks to, for tests: a notification server and a tray.

Writes what arrives as one JSON object per line. Reads requests as one JSON object per line, {"id": .., "do": ..,
...}, and answers each with {"answer": id, "value": ..} or {"answer": id, "error": ..}. Ends with its input.

With --no-tray it starts without a tray; the request "start-tray" adds it later, as a panel that comes up late.
"""
import json
import sys
import threading
import zlib

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

NOTIFICATIONS = "org.freedesktop.Notifications"
WATCHER = "org.kde.StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"
PROPERTIES = "org.freedesktop.DBus.Properties"
CLOSED_BY_CALL = 3


def to_json(value):
    """D-Bus types as JSON; pictures as their size and a checksum."""
    if isinstance(value, dbus.Boolean):
        return bool(value)
    if isinstance(value, (dict,)):
        return {str(key): to_json(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        if value and isinstance(value[0], dbus.Byte):
            return {"bytes": len(value), "checksum": zlib.crc32(bytes(value))}
        return [to_json(one) for one in value]
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    return str(value)


def write(**message):
    print(json.dumps(message), flush=True)


class NotificationServer(dbus.service.Object):
    def __init__(self, bus):
        self.last = 0
        super().__init__(dbus.service.BusName(NOTIFICATIONS, bus), "/org/freedesktop/Notifications")

    @dbus.service.method(NOTIFICATIONS, in_signature="susssasa{sv}i", out_signature="u")
    def Notify(self, app, replaces, icon, summary, body, actions, hints, timeout):
        self.last = int(replaces) or self.last + 1
        write(event="notification", id=self.last, app=str(app), title=str(summary), body=str(body),
              actions=to_json(actions), urgency=to_json(hints.get("urgency", 1)))
        return dbus.UInt32(self.last)

    @dbus.service.method(NOTIFICATIONS, in_signature="u")
    def CloseNotification(self, number):
        write(event="notification-closed", id=int(number))
        self.NotificationClosed(number, dbus.UInt32(CLOSED_BY_CALL))

    @dbus.service.method(NOTIFICATIONS, out_signature="as")
    def GetCapabilities(self):
        return ["actions", "body", "body-markup", "persistence"]

    @dbus.service.method(NOTIFICATIONS, out_signature="ssss")
    def GetServerInformation(self):
        return "test desktop", "tests", "1", "1.2"

    @dbus.service.signal(NOTIFICATIONS, signature="us")
    def ActionInvoked(self, number, key):
        pass

    @dbus.service.signal(NOTIFICATIONS, signature="uu")
    def NotificationClosed(self, number, reason):
        pass


class Tray(dbus.service.Object):
    """Holds the items that register; the newest one is the one that requests are about."""

    def __init__(self, bus):
        self.bus = bus
        self.items = []
        super().__init__(dbus.service.BusName(WATCHER, bus), "/StatusNotifierWatcher")

    @dbus.service.method(WATCHER, in_signature="s", sender_keyword="sender")
    def RegisterStatusNotifierItem(self, service, sender=None):
        service = str(service)
        item = (sender, service) if service.startswith("/") else (service, "/StatusNotifierItem")
        self.items.append(item)
        for signal in ("NewIcon", "NewToolTip"):
            self.bus.add_signal_receiver(lambda s=signal: write(event="tray-changed", what=s), signal, ITEM, *item)
        write(event="tray-item", path=item[1])
        self.StatusNotifierItemRegistered("".join(item))

    @dbus.service.method(WATCHER, in_signature="s")
    def RegisterStatusNotifierHost(self, service):
        self.StatusNotifierHostRegistered()

    @dbus.service.signal(WATCHER, signature="s")
    def StatusNotifierItemRegistered(self, item):
        pass

    @dbus.service.signal(WATCHER)
    def StatusNotifierHostRegistered(self):
        pass

    @dbus.service.method(PROPERTIES, in_signature="ss", out_signature="v")
    def Get(self, interface, name):
        return self.GetAll(interface)[name]

    @dbus.service.method(PROPERTIES, in_signature="s", out_signature="a{sv}")
    def GetAll(self, interface):
        return {
            "RegisteredStatusNotifierItems": dbus.Array(["".join(item) for item in self.items], signature="s"),
            "IsStatusNotifierHostRegistered": True,
            "ProtocolVersion": dbus.Int32(0),
        }

    def item(self, interface):
        if not self.items:
            raise RuntimeError("no tray item has registered")
        return dbus.Interface(self.bus.get_object(*self.items[-1]), interface)

    def read(self, names, done, failed):
        """Calls back with the item's properties of these names."""
        values = {}
        for name in names:
            def got(value, name=name):
                values[name] = value
                if len(values) == len(names):
                    done(values)
            self.item(PROPERTIES).Get(ITEM, name, reply_handler=got, error_handler=failed)

    def with_menu(self, done, failed):
        def found(values):
            done(dbus.Interface(self.bus.get_object(self.items[-1][0], str(values["Menu"])), MENU))
        self.read(["Menu"], found, failed)


def menu_entry(node):
    number, properties, children = node
    entry = {str(key): to_json(value) for key, value in properties.items()}
    return {"id": int(number), **entry, "children": [menu_entry(child) for child in children]}


class Desktop:
    """Answers the test's requests.

    Nothing here waits for the app: the app waits for this process whenever it shows or closes a notification, and
    two that wait for each other are stuck. So each request gets a function to call with its answer, and one for
    an error.
    """

    def __init__(self, with_tray):
        self.bus = dbus.SessionBus()
        self.notifications = NotificationServer(self.bus)
        self.tray = Tray(self.bus) if with_tray else None
        self.panel = None

    def invoke(self, request, done, failed):
        """A click on a notification, or on one of its buttons."""
        self.notifications.ActionInvoked(dbus.UInt32(request["notification"]), request.get("key", "default"))
        done(None)

    def start_tray(self, request, done, failed):
        self.tray = Tray(self.bus)
        done(None)

    def describe(self, request, done, failed):
        def found(values):
            done({"icon": to_json(values["IconPixmap"]), "tooltip": str(values["ToolTip"][2]),
                  "status": str(values["Status"])})
        self.tray.read(["IconPixmap", "ToolTip", "Status"], found, failed)

    def activate(self, request, done, failed):
        self.tray.item(ITEM).Activate(dbus.Int32(0), dbus.Int32(0), reply_handler=lambda: done(None),
                                      error_handler=failed)

    def read_menu(self, request, done, failed):
        def found(menu):
            menu.GetLayout(dbus.Int32(0), dbus.Int32(-1), dbus.Array([], signature="s"), error_handler=failed,
                           reply_handler=lambda revision, root: done(menu_entry(root)["children"]))
        self.tray.with_menu(found, failed)

    def choose(self, request, done, failed):
        def found(menu):
            # An app that this makes quit answers no more.
            menu.Event(dbus.Int32(request["item"]), "clicked", dbus.String("", variant_level=1), dbus.UInt32(0),
                       ignore_reply=True)
            done(None)
        self.tray.with_menu(found, failed)

    def show_panel(self, request, done, failed):
        """Draws the icon and the open menu; false where there is no GTK to draw with."""
        try:
            from panel import Panel
        except (ImportError, ValueError):
            done(False)
            return

        def found(values):
            self.panel = Panel()
            self.panel.show(values["IconPixmap"])

            def opened(entries):
                self.panel.open_menu(entries, request["submenu"])
                done(True)
            self.read_menu(request, opened, failed)
        self.tray.read(["IconPixmap"], found, failed)

    def hide_panel(self, request, done, failed):
        self.panel.close()
        done(None)

    def answer(self, line):
        request = json.loads(line)
        does = {"invoke": self.invoke, "start-tray": self.start_tray, "describe": self.describe,
                "activate": self.activate, "menu": self.read_menu, "choose": self.choose,
                "show-panel": self.show_panel, "hide-panel": self.hide_panel}

        def done(value):
            write(answer=request["id"], value=value)

        def failed(error):
            write(answer=request["id"], error=repr(error))
        try:
            does[request["do"]](request, done, failed)
        except Exception as error:  # whatever it was, the test that asked has to hear of it
            failed(error)
        return False


def main():
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    desktop = Desktop(with_tray="--no-tray" not in sys.argv)
    loop = GLib.MainLoop()

    def read():
        for line in sys.stdin:
            GLib.idle_add(desktop.answer, line)
        GLib.idle_add(loop.quit)

    threading.Thread(target=read, daemon=True).start()
    write(event="ready")
    loop.run()


main()
