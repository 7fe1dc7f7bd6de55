import type { AwsPrices } from '../AwsPrices.js';
import { JOB_SECONDS, JOB_SIZES } from '../deployedParts.js';
import { type CostItem, type Driver, type StageCost, stageOf } from '../StageCost.js';

const MB = 1e6;
/** What a statement is charged for at least. */
const LEAST_BYTES = 10 * MB;
/** Room on disk that a function has without being charged for it, MB. */
const FREE_DISK_MB = 512;

/** The bill of one job: what its runs ask for, as items with their prices. */
export class JobBill {
  readonly #items: CostItem[] = [];
  readonly #job: keyof typeof JOB_SIZES;
  readonly #prices: AwsPrices;

  constructor(job: keyof typeof JOB_SIZES, prices: AwsPrices) {
    this.#job = job;
    this.#prices = prices;
  }

  /** Runs of the function, of so many seconds each, started by Scheduler or by the job before. */
  runs(count: number, seconds: number, scheduled: boolean): this {
    const { memoryMb, diskMb, architecture } = JOB_SIZES[this.#job];
    const { lambda, scheduler } = this.#prices;
    const each = Math.min(JOB_SECONDS, seconds);
    const gb = architecture === 'arm64' ? lambda.gb_second : lambda.gb_second_x86;
    const used = (memoryMb / 1024) * count * each;
    const disk = ((diskMb - FREE_DISK_MB) / 1024) * count * each * lambda.disk_gb_second;
    this.#add('Lambda, memory while a run lasts', used, 'GB-seconds', used * gb + disk, 'runs');
    const starts = count * (lambda.million_requests + (scheduled ? scheduler.million_starts : 0));
    return this.#add('starts of the function', count, 'starts', starts / 1e6, 'runs');
  }

  /** Statements that read little: each is charged for the least there is. */
  statements(count: number): this {
    return this.#scanned('Athena, 10 MB a statement at least', count, LEAST_BYTES, 'runs');
  }

  /** Statements that read so many bytes each, or the least there is. */
  reading(what: string, count: number, bytes: number, driver: Driver): this {
    return this.#scanned(what, count, Math.max(LEAST_BYTES, bytes), bytes > LEAST_BYTES ? driver : 'runs');
  }

  gets(what: string, count: number, driver: Driver): this {
    return this.#add(what, count, 'GET', (count / 1000) * this.#prices.s3.thousand_gets, driver);
  }

  puts(what: string, count: number, driver: Driver): this {
    return this.#atPuts(what, count, 'PUT', driver);
  }

  /** Listing requests, a thousand names each; they cost what PUT does. */
  listings(what: string, count: number, driver: Driver): this {
    return this.#atPuts(what, count, 'LIST', driver);
  }

  /** Requests of a standard queue. */
  messages(what: string, count: number, driver: Driver): this {
    return this.#add(what, count, 'requests', (count / 1e6) * this.#prices.sqs.million_requests, driver);
  }

  items(what: string, { reads, writes }: { readonly reads: number; readonly writes: number }, driver: Driver): this {
    const { million_read_units: read, million_write_units: write } = this.#prices.dynamodb;
    return this.#add(what, reads + writes, 'units', (reads * read + writes * write) / 1e6, driver);
  }

  /** The stage. */
  stage(): StageCost {
    return stageOf(`${this.#job} job`, this.#items);
  }

  #scanned(what: string, count: number, bytes: number, driver: Driver): this {
    const usd = ((count * bytes) / 1e12) * this.#prices.athena.tb_scanned;
    return this.#add(what, count, 'statements', usd, driver);
  }

  #atPuts(what: string, count: number, unit: string, driver: Driver): this {
    return this.#add(what, count, unit, (count / 1000) * this.#prices.s3.thousand_puts, driver);
  }

  #add(what: string, count: number, unit: string, usd: number, grows_with: Driver): this {
    this.#items.push({ what, count, unit, usd, grows_with });
    return this;
  }
}
