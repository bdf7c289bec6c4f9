// cli/page/page.js - shows the values of a chart's curves at the place of the mouse. The page is complete without it.
'use strict';
(() => {
  const numbers = (text) => text.split(' ').map(Number);

  // The points of a curve, in units of the picture.
  const points = (path) => (path.getAttribute('d').match(/[ML][^ML]*/g) || []).map((part) => numbers(part.slice(1)));

  // The value at a place of an axis "low high logarithmic", from 0 to 1.
  const value = ([low, high, log], place) =>
    log ? Math.pow(10, Math.log10(low) + place * Math.log10(high / low)) : low + place * (high - low);

  const nearest = (list, x) =>
    list.reduce((best, point) => (Math.abs(point[0] - x) < Math.abs(best[0] - x) ? point : best));

  const readout = document.createElement('div');
  readout.className = 'readout';
  readout.hidden = true;
  document.body.append(readout);

  function prepare(plot) {
    const svg = plot.closest('svg');
    const [left, top, width, height] = numbers(plot.dataset.box);
    const x = numbers(plot.dataset.x);
    const y = numbers(plot.dataset.y);
    const names = plot.dataset.names.split('|');
    const cross = document.createElementNS('http://www.w3.org/2000/svg', 'line');
    let curves = null;
    cross.setAttribute('class', 'cross');
    cross.style.display = 'none';
    plot.append(cross);

    const leave = () => {
      readout.hidden = true;
      cross.style.display = 'none';
    };

    svg.addEventListener('pointermove', (event) => {
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      curves = curves || [...plot.querySelectorAll('path')].map(points);
      const known = curves.filter((list) => list.length > 0);
      if (known.length === 0 || at.x < left - 4 || at.x > left + width + 4) {
        leave();
        return;
      }
      const place = known.map((list) => nearest(list, at.x)[0]).reduce((a, b) =>
        Math.abs(b - at.x) < Math.abs(a - at.x) ? b : a);
      const lines = curves.map((list, i) => {
        const point = list.length > 0 ? nearest(list, place) : null;
        return point && Math.abs(point[0] - place) < width / 20 + 1
          ? names[i] + '  ' + value(y, 1 - (point[1] - top) / height).toPrecision(3) : null;
      }).filter((line) => line !== null);
      for (const [name, position] of [['x1', place], ['x2', place], ['y1', top], ['y2', top + height]]) {
        cross.setAttribute(name, position);
      }
      cross.style.display = '';
      readout.textContent =
        plot.dataset.unit + ' ' + Number(value(x, (place - left) / width).toPrecision(4)) + '\n' + lines.join('\n');
      readout.hidden = false;
      const room = document.documentElement.clientWidth - readout.offsetWidth - 8;
      readout.style.left = Math.max(0, Math.min(event.pageX + 14, room)) + 'px';
      readout.style.top = event.pageY + 14 + 'px';
    });
    svg.addEventListener('pointerleave', leave);
  }

  document.querySelectorAll('g.plot').forEach(prepare);
})();
