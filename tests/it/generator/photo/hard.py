#!/usr/bin/env python3
"""Draws pages as people really photograph and send them, with a mark or without, and ordinary pictures that show no
page. Everything is invented and drawn here from a seed. Needs Pillow, NumPy and Noto CJK (OFL).

    python3 tests/it/generator/photo/hard.py FOLDER marked   NUMBER SEED    marks in every condition
    python3 tests/it/generator/photo/hard.py FOLDER unmarked NUMBER SEED    the same pages without a mark
    python3 tests/it/generator/photo/hard.py FOLDER ordinary NUMBER SEED    pictures without pages
    python3 tests/it/generator/photo/hard.py samples/seen small             the few that the tests use

Names of conditions, joined by commas, may follow the seed.

A file is named NUMBER-CONDITION-MARK.jpg. Other versions of Pillow draw other bytes: the few that the tests use are
committed as they are.
"""
import io
import math
import pathlib
import random
import sys
import zlib

import numpy
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONTS = "/usr/share/fonts/opentype/noto/NotoS{}CJK-{}.ttc"
BODY = (FONTS.format("ans", "Regular"), FONTS.format("erif", "Regular"))
HEAD = (FONTS.format("ans", "Bold"), FONTS.format("erif", "Bold"))

STAR = ["机密★10年", "秘密★5年", "绝密★30年", "机密★长期", "秘密★启用前", "绝密★长期", "机密★2年", "秘密★6个月"]
LEVEL = ["机密", "秘密", "绝密"]
WORK = ["工作秘密", "工作秘密★3年", "工作秘密★5年"]
# What stands across pages that are not marked.
PALE = ["星河镇", "样张", "仅供演练", "青禾气象观测站", "SAMPLE", "草稿"]
INTERNAL = ["内部资料", "内部文件", "内部资料 注意保存", "内部文件 不得外传", "仅供内部参考", "内部使用"]
KINDS = {"star": STAR, "level": LEVEL, "work": WORK, "internal": INTERNAL}

TITLES = ["关于组织植树演练的通知", "关于苗圃值班安排的函", "星河镇护林工作要点", "青禾站器材盘点情况报告", "月牙湾清淤工程纪要",
          "关于调整晨练时间的请示", "木棉社区旧书交换办法", "石桥灯会搭建方案"]
MAKERS = ["星河镇植树演练协调小组", "青禾气象观测站", "月牙湾清淤指挥部", "木棉社区居民代表会"]
SENTENCES = ["为做好今年的植树演练，现将有关事项通知如下。", "演练定于星期六上午八时在镇东苗圃开始，请提前到场。", "铁锹、水桶由各小组自备，树苗由小组统一分发。",
             "值班员每两小时巡查一次，发现积水及时上报。", "器材盘点以实物为准，账册与实物不符的另行说明。", "清淤期间北侧便道封闭，行人由南门绕行。",
             "各小组要严格遵守国家秘密管理规定，不得擅自外传。", "涉及机密文件、秘密文件的，按保密制度办理。", "内部控制制度由协调小组修订后印发。", "遇雨顺延，另行通知。",
             "参加人员自带雨具，并在签到簿上签名。", "联系人：值班室，电话见附件二。"]


def font(path, size):
    return ImageFont.truetype(path, size)


def page(rng, mark, kind):
    """A first page of 1240 x 1754 (150 dots an inch): number, mark, maker, title, text."""
    paper = rng.choice([(255, 255, 255), (250, 249, 245), (247, 246, 240)])
    sheet = Image.new("RGB", (1240, 1754), paper)
    draw = ImageDraw.Draw(sheet)
    ink = (25, 25, 25)
    size = rng.choice([32, 34, 36, 40])
    bold, plain = rng.choice(HEAD), rng.choice(BODY)
    if mark:
        if kind == "star" and rng.random() < 0.5:
            draw.text((150, 110), f"{rng.randrange(1, 400):06}", font=font(plain, size - 4), fill=ink)
        width = draw.textlength(mark, font=font(bold, size))
        x = 150 if kind != "internal" and rng.random() < 0.7 else 1090 - width
        sheet.info["mark"] = (x + width / 2, 165 + size / 2)
        draw.text((x, 165), mark, font=font(bold, size), fill=(190, 25, 25) if rng.random() < 0.15 else ink)
    maker, title = rng.choice(MAKERS), rng.choice(TITLES)
    y = 280
    if rng.random() < 0.6:
        big = font(bold, 60)
        draw.text(((1240 - draw.textlength(maker, font=big)) / 2, y), maker, font=big, fill=(195, 25, 25))
        draw.line((150, y + 120, 1090, y + 120), fill=(195, 25, 25), width=4)
        y += 180
    large = font(bold, 46)
    draw.text(((1240 - draw.textlength(title, font=large)) / 2, y), title, font=large, fill=ink)
    y += 120
    text = "".join(rng.choice(SENTENCES) for _ in range(34))
    small = font(plain, 33)
    while text and y < 1600:
        line, text = text[:28], text[28:]
        draw.text((150, y), line, font=small, fill=ink)
        y += 60
    return sheet


def warped(sheet, corners, size, ground):
    """The sheet with its corners at these places of a picture."""
    width, height = sheet.size
    rows = []
    source = [(0, 0), (width, 0), (width, height), (0, height)]
    for (x, y), (u, v) in zip(corners, source):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    wanted = numpy.array([c for corner in source for c in corner], dtype=float)
    turn = numpy.linalg.solve(numpy.array(rows, dtype=float), wanted)
    scale = max(1.0, height / max(1.0, math.dist(corners[0], corners[3])))
    if scale > 1.3:  # many pixels of the sheet for one of the picture: blurred first, as a lens does
        sheet = sheet.filter(ImageFilter.GaussianBlur(scale * 0.4))
    seen = sheet.transform(size, Image.Transform.PERSPECTIVE, turn, Image.Resampling.BICUBIC)
    mask = Image.new("L", sheet.size, 255).transform(size, Image.Transform.PERSPECTIVE, turn)
    ground = ground.copy()
    ground.paste(seen, (0, 0), mask)
    return ground


def desk(rng, size):
    """Wood, cloth or stone: a colour with grain, and things that lie about."""
    base = numpy.array(rng.choice([(96, 78, 62), (140, 110, 80), (70, 75, 82), (120, 122, 118), (60, 70, 60)]), float)
    noise = numpy.random.default_rng(rng.randrange(1 << 30))
    coarse = noise.normal(0, 1, (size[1] // 40 + 2, size[0] // 8 + 2))
    grain = Image.fromarray(((coarse * 20) + 128).clip(0, 255).astype("uint8")).resize(size, Image.Resampling.BICUBIC)
    pixels = base + (numpy.asarray(grain, float)[..., None] - 128) * 0.5
    ground = Image.fromarray(pixels.clip(0, 255).astype("uint8"))
    draw = ImageDraw.Draw(ground)
    for _ in range(rng.randrange(2, 6)):
        x, y, r = rng.randrange(size[0]), rng.randrange(size[1]), rng.randrange(size[0] // 30, size[0] // 10)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=tuple(rng.randrange(20, 220) for _ in range(3)))
    return ground


def placed(rng, sheet, size, share, skew):
    """The sheet in a scene: its height as a share of the scene's, its corners astray by `skew`."""
    width, height = size
    tall = height * share
    wide = tall * sheet.width / sheet.height
    if wide > width * 0.98:
        wide, tall = width * 0.98, width * 0.98 * sheet.height / sheet.width
    x = (width - wide) * rng.uniform(0.3, 0.7)
    y = (height - tall) * rng.uniform(0.3, 0.7)
    stray = lambda: rng.uniform(-skew, skew) * wide
    angle = math.radians(rng.uniform(-5, 5))
    corners = []
    for u, v in [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]:
        a, b = u * wide, v * tall
        corners.append((x + wide / 2 + a * math.cos(angle) - b * math.sin(angle) + stray(),
                        y + tall / 2 + a * math.sin(angle) + b * math.cos(angle) + stray()))
    return warped(sheet, corners, size, desk(rng, size))


def lit(rng, picture, low=0.65, noise=3.0, colour=(1.0, 0.98, 0.93)):
    """Light from one side, the grain of a sensor."""
    pixels = numpy.asarray(picture, float)
    height, width = pixels.shape[:2]
    y, x = numpy.mgrid[0:height, 0:width]
    angle = rng.uniform(0, 2 * math.pi)
    slope = (x / width - 0.5) * math.cos(angle) + (y / height - 0.5) * math.sin(angle)
    light = 1.0 - (1.0 - low) * (slope + 0.7) / 1.4
    grain = numpy.random.default_rng(rng.randrange(1 << 30)).normal(0, noise, pixels.shape)
    return Image.fromarray((pixels * light[..., None] * numpy.array(colour) + grain).clip(0, 255).astype("uint8"))


def packed(picture, quality, longest=None):
    """As a chat program sends it."""
    if longest and max(picture.size) > longest:
        factor = longest / max(picture.size)
        picture = picture.resize([max(1, round(side * factor)) for side in picture.size], Image.Resampling.LANCZOS)
    to = io.BytesIO()
    picture.save(to, "JPEG", quality=quality)
    return Image.open(io.BytesIO(to.getvalue())).convert("RGB")


def shaken(rng, picture, length):
    """Motion blur along a direction."""
    angle = rng.uniform(0, math.pi)
    pixels = numpy.asarray(picture, float)
    sum_ = numpy.zeros_like(pixels)
    steps = [i - length / 2 for i in range(int(length) + 1)]
    for step in steps:
        sum_ += numpy.roll(pixels, (round(step * math.sin(angle)), round(step * math.cos(angle))), (0, 1))
    return Image.fromarray((sum_ / len(steps)).astype("uint8"))


def stamped(rng, sheet):
    """A round red stamp over the mark: its ring or its text crosses it."""
    layer = Image.new("L", sheet.size, 0)
    draw = ImageDraw.Draw(layer)
    x, y = sheet.info.get("mark", (270, 185))
    x, y, r = x + rng.randrange(-60, 60), y + rng.randrange(-40, 40), 130
    draw.ellipse((x - r, y - r, x + r, y + r), outline=210, width=9)
    draw.text((x - 75, y + 20), "苗圃专用", font=font(HEAD[0], 38), fill=210)
    red = Image.new("RGB", sheet.size, (205, 30, 35))
    sheet = sheet.copy()
    sheet.paste(red, (0, 0), layer.point(lambda v: int(v * 0.75)))
    return sheet


def boxed(rng, sheet, mark):
    """A rubber stamp: the mark in a red frame, a little askew."""
    text = font(HEAD[0], 62)
    wide = int(ImageDraw.Draw(sheet).textlength(mark, font=text)) + 50
    label = Image.new("L", (wide, 110), 0)
    draw = ImageDraw.Draw(label)
    draw.rectangle((4, 4, wide - 5, 105), outline=225, width=6)
    draw.text((25, 8), mark, font=text, fill=225)
    worn = numpy.random.default_rng(rng.randrange(1 << 30)).random((110, wide)) > 0.12
    label = Image.fromarray((numpy.asarray(label) * worn).astype("uint8")).filter(ImageFilter.GaussianBlur(0.8))
    label = label.rotate(rng.uniform(-9, 9), expand=True, resample=Image.Resampling.BICUBIC)
    sheet = sheet.copy()
    sheet.paste(Image.new("RGB", label.size, (200, 30, 40)), (rng.randrange(120, 300), rng.randrange(70, 150)), label)
    return sheet


def watermarked(rng, sheet, mark):
    """The mark once across the whole page, large, pale and slanting."""
    layer = Image.new("L", (1500, 400), 0)
    text = font(HEAD[0], 1300 // max(4, len(mark)))
    ImageDraw.Draw(layer).text((750, 200), mark, font=text, fill=rng.choice([60, 80, 100]), anchor="mm")
    layer = layer.rotate(rng.uniform(35, 52), expand=True, resample=Image.Resampling.BICUBIC)
    sheet = sheet.copy()
    place = ((1240 - layer.width) // 2, (1754 - layer.height) // 2)
    sheet.paste(Image.new("RGB", layer.size, rng.choice([(90, 90, 90), (200, 60, 60)])), place, layer)
    return sheet


def slide(rng, mark):
    """A slide with a level in a corner, a heading and points."""
    picture = Image.new("RGB", (1280, 720), rng.choice([(255, 255, 255), (20, 40, 90), (240, 244, 250)]))
    draw = ImageDraw.Draw(picture)
    ink = (240, 240, 240) if picture.getpixel((0, 0))[0] < 100 else (30, 30, 40)
    draw.text((90, 130), rng.choice(TITLES), font=font(HEAD[0], 54), fill=ink)
    for row in range(5):
        draw.text((120, 250 + row * 74), "· " + rng.choice(SENTENCES)[:24], font=font(BODY[0], 34), fill=ink)
    if mark:
        text = font(HEAD[0], 28)
        x = rng.choice([40, 1240 - draw.textlength(mark, font=text)])
        draw.text((x, rng.choice([24, 664])), mark, font=text, fill=(215, 40, 40))
    return picture


def cover(rng, mark):
    """A cover: a large level a third of the way down, title, maker and date, and no line of running text."""
    sheet = Image.new("RGB", (1240, 1754), rng.choice([(255, 255, 255), (246, 244, 236), (224, 232, 240)]))
    draw = ImageDraw.Draw(sheet)
    middle = lambda y, text, size, path: draw.text((620, y), text, font=font(path, size), fill=(25, 25, 25), anchor="mm")
    if mark:
        middle(rng.randrange(560, 680), mark, rng.choice([64, 76, 90]), HEAD[0])
    middle(800, rng.choice(TITLES), 56, HEAD[1])
    middle(1330, rng.choice(MAKERS), 40, BODY[1])
    middle(1410, "二〇二六年十月", 36, BODY[1])
    return sheet


def curled(rng, sheet):
    """Paper that bends: its columns are shifted along a wave, and shaded."""
    pixels = numpy.asarray(sheet, float)
    height, width = pixels.shape[:2]
    phase, depth = rng.uniform(0, math.pi), rng.uniform(14, 26)
    wave = numpy.sin(numpy.arange(width) / width * math.pi * 1.4 + phase)
    rows = (numpy.arange(height)[:, None] + (wave * depth)[None, :]).clip(0, height - 1).astype(int)
    bent = pixels[rows, numpy.arange(width)[None, :]]
    return Image.fromarray((bent * (0.9 + 0.1 * wave)[None, :, None]).clip(0, 255).astype("uint8"))


def glared(rng, picture):
    """A lamp's reflection on the head of the page."""
    width, height = picture.size
    y, x = numpy.mgrid[0:height, 0:width]
    at = (rng.uniform(0.2, 0.5) * width, rng.uniform(0.1, 0.2) * height)
    spot = numpy.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2) / (2 * (width * 0.12) ** 2))
    pixels = numpy.asarray(lit(rng, picture), float)
    return Image.fromarray((pixels + spot[..., None] * 130).clip(0, 255).astype("uint8"))


def reddened(sheet):
    """The same page, its mark in red ink."""
    if "mark" not in sheet.info:
        return sheet
    pixels = numpy.asarray(sheet, float).copy()
    rows = slice(int(sheet.info["mark"][1]) - 32, int(sheet.info["mark"][1]) + 34)
    light = pixels[rows].mean(axis=2, keepdims=True) / 255
    pixels[rows] = numpy.array([200, 30, 40]) * (1 - light) + pixels[rows] * light
    return Image.fromarray(pixels.clip(0, 255).astype("uint8"))


def screen(rng, sheet, dark):
    """A page on a monitor, photographed: pixels of three colours, a pattern across them."""
    shown = sheet.crop((0, 0, 1240, 1100))
    if dark:
        shown = Image.eval(shown, lambda v: 255 - v).point(lambda v: 30 + v * 0.8)
    scene = placed(rng, shown, (1600, 1200), 0.95, 0.02)
    pixels = numpy.asarray(scene, float)
    y, x = numpy.mgrid[0:1200, 0:1600]
    wave = 1 + 0.07 * numpy.sin((x * 1.9 + y * 0.13)) * numpy.sin(y * 1.7)
    return packed(lit(rng, Image.fromarray((pixels * wave[..., None]).clip(0, 255).astype("uint8")), 0.8, 3), 72)


def scene(share, longest, quality=75, skew=0.03):
    """A page that fills a share of a scene."""
    size = (longest * 3 // 4, longest)
    return lambda rng, sheet, _: packed(lit(rng, placed(rng, sheet, size, share, skew)).filter(
        ImageFilter.GaussianBlur(0.6)), quality)


def head(sheet):
    return sheet.crop((0, 0, 1240, 700))


CONDITIONS = {
    "desk": scene(0.92, 1440, 68), "desk-large": scene(0.9, 3264), "page60": scene(0.6, 1440), "page60-large": scene(0.6, 3264),
    "page35": scene(0.35, 1440), "page35-large": scene(0.35, 3264), "skew": scene(0.88, 1500, 45, 0.09),
    "low-light": lambda rng, s, _: packed(lit(rng, placed(rng, s, (1200, 1600), 0.9, 0.02), 0.25, 9), 70),
    "motion": lambda rng, s, _: packed(shaken(rng, placed(rng, s, (1500, 2000), 0.92, 0.02), rng.uniform(7, 11)), 75),
    "defocus": lambda rng, s, _: packed(placed(rng, s, (1500, 2000), 0.92, 0.02).filter(ImageFilter.GaussianBlur(3.2)), 75),
    "thumbnail": lambda rng, s, _: packed(s, 70, 400), "chat": lambda rng, s, _: packed(packed(s, 60, 1080), 55, 900),
    "q30": lambda rng, s, _: packed(s, 30, 1280), "sideways": lambda rng, s, _: packed(s.rotate(90, expand=True), 70, 1280),
    "monitor": lambda rng, s, _: screen(rng, s, False), "monitor-dark": lambda rng, s, _: screen(rng, s, True),
    "stamp": lambda rng, s, _: packed(stamped(rng, s), 70, 1440),
    "close-up": lambda rng, s, _: packed(lit(rng, placed(rng, head(s), (1600, 1000), 0.97, 0.03)), 65),
    "boxed": lambda rng, s, mark: packed(boxed(rng, s, mark) if mark else s, 75, 1440),
    "watermark": lambda rng, s, mark: packed(watermarked(rng, s, mark or rng.choice(PALE)), 75, 1440),
    "slide": lambda rng, s, mark: packed(slide(rng, mark), 75),
    "cover": lambda rng, s, mark: packed(cover(rng, mark), 70, 1280),
    "cover-photo": lambda rng, s, mark: scene(0.9, 1440, 68)(rng, cover(rng, mark), mark),
    "boxed-photo": lambda rng, s, mark: scene(0.9, 1440, 68)(rng, boxed(rng, s, mark) if mark else s, mark),
    "watermark-photo": lambda rng, s, mark: scene(0.92, 1600, 70)(rng, watermarked(rng, s, mark or rng.choice(PALE)), mark),
    "watermark-screen": lambda rng, s, mark: packed(watermarked(rng, s, mark or rng.choice(PALE)), 70, 1080),
    "slide-photo": lambda rng, s, mark: packed(lit(rng, placed(rng, slide(rng, mark), (1600, 1200), 0.7, 0.03)), 65),
    "stamp-photo": lambda rng, s, _: scene(0.9, 1440, 65)(rng, stamped(rng, s), None),
    "curl": lambda rng, s, _: packed(lit(rng, placed(rng, curled(rng, s), (1200, 1600), 0.9, 0.03)), 65),
    "glare": lambda rng, s, _: packed(glared(rng, placed(rng, s, (1200, 1600), 0.92, 0.02)), 65),
    "red": lambda rng, s, _: packed(lit(rng, placed(rng, reddened(s), (1100, 1466), 0.9, 0.03)), 60),
    "motion-chat": lambda rng, s, _: packed(shaken(rng, placed(rng, s, (1200, 1600), 0.92, 0.02), rng.uniform(6, 9)), 60),
    "dark-chat": lambda rng, s, _: packed(screen(rng, s, True), 55, 1080),
    "night": lambda rng, s, _: packed(lit(rng, placed(rng, s, (1080, 1440), 0.9, 0.02), 0.2, 14), 60),
    "page45": scene(0.45, 1440), "page25-large": scene(0.25, 3264),
}
# The mark is drawn by these, not on the page.
OWN = {"boxed": ["level", "internal"], "watermark": ["level", "star", "internal"], "slide": ["level", "star", "internal"],
       "cover": ["level", "star", "work"]}


def drawn(rng, condition, is_marked):
    own = OWN.get(condition) or OWN.get(condition.split("-")[0])
    kind = rng.choice(own or ["star", "star", "star", "level", "work", "internal", "internal"])
    mark = rng.choice(KINDS[kind]) if is_marked else None
    sheet = page(rng, None if own else mark, kind)
    return kind if is_marked else "none", CONDITIONS[condition](rng, sheet, mark)


def ordinary(rng):
    """A landscape, people, a game, a logo, a chart: no page."""
    size = rng.choice([(1280, 960), (1080, 1440), (1600, 1200), (800, 800)])
    kind = rng.choice(["landscape", "people", "game", "logo", "chart", "shelf", "window"])
    width, height = size
    colour = lambda low=0, high=255: tuple(rng.randrange(low, high) for _ in range(3))
    noise = numpy.random.default_rng(rng.randrange(1 << 30))
    if kind == "landscape":
        rows = numpy.linspace(0, 1, height)[:, None, None]
        pixels = numpy.array(colour(120)) * (1 - rows) + numpy.array(colour(40, 200)) * rows + numpy.zeros((height, width, 3))
        ridge = numpy.cumsum(noise.normal(0, 2.0, width)) + height * 0.55
        pixels[numpy.arange(height)[:, None] > ridge[None, :]] = colour(20, 140)
        coarse = Image.fromarray((noise.random((height // 6, width // 6)) * 255).astype("uint8")).resize(size)
        pixels += (numpy.asarray(coarse, float)[..., None] - 128) * rng.uniform(0.05, 0.5)
        return kind, lit(rng, Image.fromarray(pixels.clip(0, 255).astype("uint8")))
    picture = desk(rng, size)
    draw = ImageDraw.Draw(picture)
    if kind == "people":
        for _ in range(rng.randrange(1, 5)):
            x, y, r = rng.randrange(width), rng.randrange(height // 3, height - 200), rng.randrange(60, 200)
            draw.rectangle((x - r, y + r, x + r, height), fill=colour())
            draw.ellipse((x - r * 0.7, y - r, x + r * 0.7, y + r), fill=rng.choice([(224, 180, 150), (150, 105, 80), (90, 60, 45)]))
    elif kind == "game":
        draw.rectangle((0, 0, width, height), fill=colour(0, 90))
        for _ in range(60):
            x, y, r = rng.randrange(width), rng.randrange(height), rng.randrange(8, 70)
            draw.polygon([(x, y - r), (x + r, y + r), (x - r, y + r)], fill=colour())
        for x, y, text in [(20, 20, "HP 84/100"), (width - 260, 20, "金币 1280"), (20, height - 60, "第3关"), (width // 2 - 80, 40, "02:41")]:
            draw.text((x, y), text, font=font(HEAD[0], rng.choice([16, 22, 30])), fill=(255, 240, 200))
    elif kind == "logo":
        draw.rectangle((0, 0, width, height), fill=colour(180))
        draw.ellipse((width / 4, height / 6, width * 3 / 4, height * 0.6), fill=colour())
        draw.text((width * 0.3, height * 0.68), rng.choice(["星河茶社", "MUMIAN", "青禾", "石桥灯会"]), font=font(HEAD[0], 90), fill=colour(0, 120))
    elif kind == "chart":
        draw.rectangle((0, 0, width, height), fill=(255, 255, 255))
        for bar in range(8):
            x = 100 + bar * (width - 200) // 8
            draw.rectangle((x, rng.randrange(height // 4, height - 120), x + 50, height - 100), fill=colour(60, 220))
            draw.text((x, height - 90), f"{bar + 1}月", font=font(BODY[0], 22), fill=(40, 40, 40))
        draw.text((width // 3, 40), "苗木数量（株）", font=font(HEAD[0], 34), fill=(30, 30, 30))
    elif kind == "shelf":
        for row in range(4):
            for column in range(rng.randrange(8, 16)):
                x, y = column * width // 14, row * height // 4 + 10
                draw.rectangle((x, y, x + width // 16, y + height // 5), fill=colour())
                draw.text((x + 4, y + 20), rng.choice(["茶", "盐", "米", "糖", "NEW", "5折"]), font=font(HEAD[0], 20), fill=colour())
    else:
        draw.rectangle((width * 0.2, height * 0.15, width * 0.8, height * 0.8), fill=colour(200))
        for part in range(1, 4):
            draw.line((width * (0.2 + 0.15 * part), height * 0.15, width * (0.2 + 0.15 * part), height * 0.8), fill=colour(0, 90), width=12)
    return kind, packed(lit(rng, picture.filter(ImageFilter.GaussianBlur(rng.uniform(0, 2)))), rng.randrange(50, 90))


def foreign():
    """A page in Russian, without a mark."""
    sheet = Image.new("RGB", (1240, 1200), (255, 255, 255))
    draw = ImageDraw.Draw(sheet)
    draw.text((250, 100), "О проведении учений по посадке деревьев", font=font(HEAD[0], 44), fill=(20, 20, 20))
    text = "В целях подготовки учений просим обеспечить прибытие участников к восьми часам утра. Документ вымышлен. " * 9
    for row in range(14):
        draw.text((150, 240 + 60 * row), text[row * 52:row * 52 + 52], font=font(BODY[0], 33), fill=(20, 20, 20))
    return sheet


def behind_a_mask():
    """A scanned page as scanners split it: the ink a small plain picture, the print a mask that cuts it out."""
    sheet = Image.new("L", (760, 620), 255)
    draw = ImageDraw.Draw(sheet)
    draw.text((80, 60), "秘密★5年", font=font(HEAD[0], 26), fill=0)
    draw.text((230, 150), TITLES[0], font=font(HEAD[1], 30), fill=0)
    for row, line in enumerate(SENTENCES[:6]):
        draw.text((80, 240 + row * 50), line, font=font(BODY[1], 24), fill=0)
    print_ = zlib.compress(sheet.point(lambda v: 255 if v > 127 else 0).convert("1").tobytes())
    image = lambda entries, data: f"<</Type/XObject/Subtype/Image{entries}/Length {len(data)}>>\nstream\n".encode() + data + b"\nendstream"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 760 620]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
        b"<</Length 28>>\nstream\nq 760 0 0 620 0 0 cm /I Do Q\nendstream",
        image("/Width 95/Height 78/ColorSpace/DeviceGray/BitsPerComponent 8/Mask 6 0 R", bytes([20]) * (95 * 78)),
        image("/Width 760/Height 620/ImageMask true/BitsPerComponent 1/Filter/FlateDecode", print_),
    ]
    file, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(file))
        file += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 7\n0000000000 65535 f \n{table}trailer\n<</Size 7/Root 1 0 R>>\nstartxref\n{len(file)}\n%%EOF\n"
    return file + end.encode()


def small(folder):
    """A page too far away to be read, one that fills half of its scene, a landscape; then a level across a page, on a
    cover and at the foot of a slide, and a page in letters that are not read."""
    folder = pathlib.Path(folder)
    rng = random.Random("small")
    far = page(rng, "机密★10年", "star")
    packed(lit(rng, placed(rng, far, (600, 800), 0.28, 0.01)), 70).save(folder / "page-too-far.jpg", quality=80)
    scene = placed(rng, page(rng, "秘密★5年", "star"), (1500, 2000), 0.55, 0.02)
    packed(lit(rng, scene), 70).save(folder / "page-on-a-desk.jpg", quality=70)
    kind = ""
    while kind != "landscape":
        kind, picture = ordinary(rng)
    packed(picture, 70, 640).save(folder / "landscape.jpg", quality=75)
    rng = random.Random("small, more")
    pale = watermarked(rng, page(rng, None, "level"), "机密")
    packed(pale, 70, 900).save(folder / "slanting-watermark.jpg", quality=55)
    packed(cover(rng, "绝密"), 70, 700).save(folder / "level-on-a-cover.jpg", quality=70)
    foot = slide(random.Random("small, slide 21"), None)
    ImageDraw.Draw(foot).text((1150, 664), "秘密", font=font(HEAD[0], 28), fill=(215, 40, 40))
    packed(foot, 70, 900).save(folder / "level-at-the-foot-of-a-slide.jpg", quality=60)
    (folder / "scanned-behind-a-mask.pdf").write_bytes(behind_a_mask())
    packed(foreign(), 70, 900).save(folder / "letters-that-are-not-read.jpg", quality=50)


def main(folder, what, number=0, seed=0, only=""):
    if what == "small":
        return small(folder)
    number, seed = int(number), int(seed)
    wanted = only.split(",") if only else list(CONDITIONS)
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for at in range(number):
        rng = random.Random(f"{what}-{seed}-{at}")
        if what == "ordinary":
            kind, picture = ordinary(rng)
            name = f"{at:04}-{kind}-none.jpg"
        else:
            condition = wanted[at % len(wanted)]
            kind, picture = drawn(rng, condition, what == "marked")
            name = f"{at:04}-{condition}-{kind}.jpg"
        picture.save(folder / name, quality=85)


if __name__ == "__main__":
    main(*sys.argv[1:])
