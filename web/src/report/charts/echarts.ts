// The parts of ECharts that a report uses. It draws in SVG, which prints at any size; charts of
// thousands of cells say so (`data-many`) and are painted on a canvas.
import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { type EChartsType, init as initECharts, use } from 'echarts/core';
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers';

use([
  BarChart,
  CustomChart,
  LineChart,
  ScatterChart,
  GridComponent,
  TooltipComponent,
  CanvasRenderer,
  SVGRenderer,
]);

/** Every chart on the page: they take the width of the paper before they are printed. */
const drawn = new Set<EChartsType>();

/** Two pixels each way on paper and on dense screens. */
const CANVAS_RATIO = 2;

export function init(host: HTMLElement, theme: null, _: object): EChartsType {
  const many = host.closest('[data-many]') !== null;
  const chart = initECharts(
    host,
    theme,
    many ? { renderer: 'canvas', devicePixelRatio: CANVAS_RATIO } : { renderer: 'svg' },
  );
  drawn.add(chart);
  const dispose = chart.dispose.bind(chart);
  chart.dispose = () => {
    drawn.delete(chart);
    dispose();
  };
  return chart;
}

/** Gives every chart the size of its place at once, not at the next frame. */
export function fitAll(): void {
  // All is measured before anything is drawn: each measuring after a drawing would lay the page out.
  const moved = [...drawn].filter(chart => {
    const { clientWidth, clientHeight } = chart.getDom();
    return clientWidth !== chart.getWidth() || clientHeight !== chart.getHeight();
  });
  for (const chart of moved) chart.resize();
  for (const chart of drawn) chart.getZr().flush();
}

export type { EChartsType };
