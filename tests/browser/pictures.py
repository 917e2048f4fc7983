"""Comparing screenshots with golden ones, in the browser itself."""

import base64
import os
from pathlib import Path
from typing import Any

import pytest

__all__ = ["FONT_WIDTH", "GOLDEN", "alike", "check_picture", "font_width"]

GOLDEN = Path(__file__).parent.parent / "golden" / "pictures"

SCALE = 6
DIFFERENT = 40
MOST_DIFFERENT = 0.01
MOST_ON_AVERAGE = 3.0

QUALITY = 0.8
"""Of the kept WebP: a quarter of a PNG's bytes, and what it loses is far below the tolerance."""

FONT_WIDTH = 356.19
"""Width of `SAMPLE` in the fonts with which the golden pictures were made."""

SAMPLE = "Who builds on Qwen 2.5 7B? 0123456789 衍生模型"

MEASURE = """text => {
  const at = document.createElement("span");
  at.textContent = text;
  at.setAttribute("style", "position:absolute;white-space:nowrap;font:15px system-ui");
  document.body.append(at);
  return at.getBoundingClientRect().width;
}"""

PACK = """async ([text, quality]) => {
  const image = new Image();
  image.src = "data:image/png;base64," + text;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", quality).split(",")[1];
}"""

COMPARE = """async ([one, other, scale, different]) => {
  async function points(text) {
    const image = new Image();
    image.src = "data:image/*;base64," + text;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.ceil(image.width / scale);
    canvas.height = Math.ceil(image.height / scale);
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const data = context.getImageData(0, 0, canvas.width, canvas.height).data;
    const grey = [];
    for (let place = 0; place < data.length; place += 4)
      grey.push(0.299 * data[place] + 0.587 * data[place + 1] + 0.114 * data[place + 2]);
    return [canvas.width, canvas.height, grey];
  }
  const [width, height, before] = await points(one);
  const [width_, height_, after] = await points(other);
  if (width !== width_ || height !== height_) return [1, 255];
  const apart = before.map((value, place) => Math.abs(value - after[place]));
  const mean = apart.reduce((sum, value) => sum + value, 0) / apart.length;
  return [apart.filter(value => value > different).length / apart.length, mean];
}"""


def font_width(page: Any) -> float:
    """Return how wide a sample of text is in the page's fonts."""
    return round(float(page.evaluate(MEASURE, SAMPLE)), 2)


def alike(blank: Any, one: bytes, other: bytes) -> tuple[bool, str]:
    """Return whether two pictures are alike, and by how much they differ, compared in a `blank` page.

    They are if, drawn at a sixth of their size, at most 1 % of the points differ by more than 40 of 255 in
    brightness, and all together by 3 on average.
    """
    texts = [base64.b64encode(picture).decode() for picture in (one, other)]
    share, mean = blank.evaluate(COMPARE, [*texts, SCALE, DIFFERENT])
    said = f"{100 * share:.2f} % of the points differ, on average by {mean:.2f} of 255"
    return share <= MOST_DIFFERENT and mean <= MOST_ON_AVERAGE, said


def packed(blank: Any, png: bytes) -> bytes:
    """Return a screenshot as it is kept, a WebP; `blank` is a page to pack it in."""
    text = base64.b64encode(png).decode()
    return base64.b64decode(blank.evaluate(PACK, [text, QUALITY]))


def check_picture(page: Any, blank: Any, name: str) -> None:
    """Compare what a page shows with the golden picture of this name; with UPDATE_GOLDEN write it."""
    if (width := font_width(blank)) != FONT_WIDTH and not os.environ.get("UPDATE_GOLDEN"):
        pytest.skip(f"the fonts here are others than those of the golden pictures ({width} not {FONT_WIDTH})")
    shown, path = page.screenshot(animations="disabled"), GOLDEN / f"{name}.webp"
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        if not path.exists() or not alike(blank, path.read_bytes(), shown)[0]:
            path.write_bytes(packed(blank, shown))
        return
    same, said = alike(blank, path.read_bytes(), shown)
    assert same, f"{name}: {said}"
