#!/usr/bin/env python3
"""Draws the photo of the first case: an invented page with a mark, photographed on a desk at an angle, in uneven
light, a little out of focus. Needs Pillow, NumPy and Noto CJK (OFL); the picture is committed as it is, since
other versions of these draw other bytes.

    python3 tests/it/generator/photo/make.py "samples/cases/1-photo-in-a-chat-group/photo-of-the-first-page.jpg"
"""
import sys

import numpy
from PIL import Image, ImageDraw, ImageFilter, ImageFont

SANS = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
BOLD = "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"
SERIF = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"


def page():
    """A page of 1000 x 1414: number, mark, title, text. Everything in it is invented."""
    sheet = Image.new("RGB", (1000, 1414), (250, 249, 245))
    draw = ImageDraw.Draw(sheet)
    at = lambda path, size: ImageFont.truetype(path, size)
    draw.text((110, 90), "000007", font=at(SANS, 30), fill=(30, 30, 30))
    draw.text((110, 140), "机密★10年", font=at(BOLD, 34), fill=(20, 20, 20))
    draw.text((230, 260), "星河镇植树演练协调小组", font=at(BOLD, 48), fill=(185, 25, 25))
    draw.line((110, 350, 890, 350), fill=(185, 25, 25), width=4)
    draw.text((190, 420), "关于组织植树演练的通知（草稿）", font=at(BOLD, 40), fill=(20, 20, 20))
    text = [
        "各村、各小组：",
        "　　为做好今年的植树演练，现将有关事项通知如下。",
        "　　一、演练定于星期六上午八时在镇东苗圃开始，请提前",
        "一刻钟到场，由值班员统一点名。",
        "　　二、铁锹、水桶由各小组自备，树苗由协调小组统一分",
        "发，每组三十株，当日栽完。",
        "　　三、演练口令每日更换，由值班员当面告知，不得写入",
        "任何通知或消息。",
        "　　四、遇雨顺延，另行通知。",
        "　　（本页为虚构样例，单位、地点和事项均不存在。）",
    ]
    for row, line in enumerate(text):
        draw.text((110, 540 + row * 66), line, font=at(SERIF, 31), fill=(35, 35, 35))
    return sheet


def photographed(sheet, seed=7):
    """The page on a desk, seen by a telephone."""
    noise = numpy.random.default_rng(seed)
    desk = Image.new("RGB", (1500, 2000), (96, 78, 62))
    corners = [(215, 190), (1290, 245), (1345, 1790), (150, 1735)]
    source = [(0, 0), (1000, 0), (1000, 1414), (0, 1414)]
    rows = []
    for (x, y), (u, v) in zip(corners, source):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    wanted = numpy.array([c for corner in source for c in corner], dtype=float)
    turn = numpy.linalg.solve(numpy.array(rows, dtype=float), wanted)
    seen = sheet.transform(desk.size, Image.Transform.PERSPECTIVE, turn, Image.Resampling.BICUBIC)
    mask = Image.new("L", sheet.size, 255).transform(desk.size, Image.Transform.PERSPECTIVE, turn)
    desk.paste(seen, (0, 0), mask)
    pixels = numpy.asarray(desk.filter(ImageFilter.GaussianBlur(0.9)), dtype=float)
    y, x = numpy.mgrid[0:2000, 0:1500]
    light = 1.08 - 0.32 * (x / 1500) - 0.14 * (y / 2000)
    pixels = pixels * light[..., None] * numpy.array([1.0, 0.97, 0.90]) + noise.normal(0, 3.0, pixels.shape)
    return Image.fromarray(pixels.clip(0, 255).astype("uint8"))


if __name__ == "__main__":
    photographed(page()).resize((1125, 1500), Image.Resampling.LANCZOS).save(sys.argv[1], quality=72)
