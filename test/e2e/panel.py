"""A panel that draws a tray icon and its menu, for pictures. Needs GTK 3; the rest of the desktop does not."""
import gi

gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GdkPixbuf, GLib, Gtk  # noqa: E402  (the version has to be chosen first)

HEIGHT = 32


def picture(pixmaps):
    """The largest of a StatusNotifierItem's pictures (ARGB, big endian) at the panel's size."""
    width, height, data = max(pixmaps, key=lambda one: one[0])
    rgba = bytearray()
    for at in range(0, len(data), 4):
        alpha, red, green, blue = (int(byte) for byte in data[at:at + 4])
        rgba += bytes((red, green, blue, alpha))
    raw = GLib.Bytes.new(bytes(rgba))
    pixbuf = GdkPixbuf.Pixbuf.new_from_bytes(raw, GdkPixbuf.Colorspace.RGB, True, 8, width, height, width * 4)
    return pixbuf.scale_simple(22, 22, GdkPixbuf.InterpType.BILINEAR)


def widget(entry):
    if entry.get("type") == "separator":
        return Gtk.SeparatorMenuItem()
    label = entry.get("label", "")
    if entry.get("toggle-type"):
        item = Gtk.CheckMenuItem(label=label)
        item.set_active(entry.get("toggle-state") == 1)
    else:
        item = Gtk.MenuItem(label=label)
    item.set_sensitive(entry.get("enabled", True))
    if entry["children"]:
        item.set_submenu(menu(entry["children"]))
    return item


def menu(entries):
    drawn = Gtk.Menu()
    for entry in entries:
        drawn.append(widget(entry))
    drawn.show_all()
    return drawn


class Panel:
    """A bar along the top of the screen with one icon at its right end."""

    def __init__(self):
        screen = Gdk.Screen.get_default()
        style = Gtk.CssProvider()
        style.load_from_data(b"window.panel { background: #2b2e33; } window.panel image { padding: 0 14px; }")
        Gtk.StyleContext.add_provider_for_screen(screen, style, Gtk.STYLE_PROVIDER_PRIORITY_APPLICATION)
        self.window = Gtk.Window(type=Gtk.WindowType.POPUP)
        self.window.get_style_context().add_class("panel")
        self.window.set_default_size(screen.get_width(), HEIGHT)
        self.window.move(0, 0)
        self.icon = Gtk.Image()
        row = Gtk.Box()
        row.pack_end(self.icon, False, False, 0)
        self.window.add(row)
        self.open = None

    def show(self, pixmaps):
        self.icon.set_from_pixbuf(picture(pixmaps))
        self.window.show_all()

    def open_menu(self, entries, submenu_of):
        """Opens the menu, and the submenu of the entry with this label."""
        self.open = menu(entries)
        self.open.popup_at_widget(self.icon, Gdk.Gravity.SOUTH_EAST, Gdk.Gravity.NORTH_EAST, None)
        for item in self.open.get_children():
            if item.get_submenu() and item.get_label() == submenu_of:
                self.open.select_item(item)
                item.get_submenu().popup_at_widget(item, Gdk.Gravity.NORTH_WEST, Gdk.Gravity.NORTH_EAST, None)

    def close(self):
        if self.open:
            self.open.popdown()
        self.open = None
        self.window.hide()
