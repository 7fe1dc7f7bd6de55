/**
 * What one run of each job asks for, counted from the code: `test/planner/jobs/jobCounts.test.ts` runs it against an engine and a
 * store that count; how often maintenance lists the lake and reads the log is read off it. Statements that Athena does not charge for
 * (DDL) are left out.
 */
export const JOB_COUNTS = {
  ledger: {
    /** Statements of a run that has something to book, and how many of them read its lines. */
    statements: 29,
    ofLines: 9,
    /** Of a run that finds nothing new. */
    idle: 7,
    /** Commits to Iceberg among them: each writes files of data and of metadata. */
    commits: 14,
    /** Requests of the queue that the bucket tells: of a run, and for each object, of which S3 sends one and ten are read and removed at once. */
    requests: 3,
    requestsAnObject: 1.2,
    /** Looks at an object that was told. Nothing is listed but once an hour, and everything once a day. */
    looks: 1,
    /** Listings of log and checkpoints; of a run that finds nothing new. */
    logListings: 4,
    idleListings: 2,
    /** Objects beside the log that a run reads and writes: checkpoints, when was listed and what is not booked among them. */
    reads: 6,
    writes: 6,
    /** Writes of a run that finds nothing new. */
    idleWrites: 3,
    /** Entries of the log that every run reads: the last one, which a checkpoint has to fit. */
    logReads: 1,
  },
  detection: {
    /** Statements of every run: opening the ledger, how far it has come, the last 48 hours. */
    statements: 11,
    /** How many of them read the 48 hours. */
    ofRecent: 1,
    /** Besides, of the run that first sees a full hour. */
    hourly: 3,
    ofHistory: 2,
    /** And one more for each service in use, which reads all of the history, too. */
    ofService: 1,
    /** The checkpoint, and what the ledger job has left; the lake is not listed. */
    reads: 2,
    logListings: 3,
    logReads: 1,
  },
  billing: {
    /** Statements of an export of one month; how many of them read all of it. */
    statements: 6,
    ofMonth: 2,
    opening: 6,
    lakeListings: 1,
    logListings: 3,
    logReads: 1,
    /** Files of a package with one part of charges, and the text that names the newest. */
    files: 16,
  },
  maintenance: {
    /** OPTIMIZE and VACUUM of each table of the ledger, and what is looked up before. */
    statements: 19,
    /** OPTIMIZE among them: what the day brought is read and written again. */
    ofTables: 8,
    /** Dates with something to do, whose entries are read: compacted now, replaced a day ago, or past a retention. */
    dates: 3,
    /** Listings of the lake: of compaction and retention, to see which dates those are, and of those. */
    lakeListings: 4,
  },
  /** What keeps one run of a job at a time, and notes that it was made, in items of the table. */
  once: { reads: 3, writes: 3 },
} as const;

/** Whole UTC days of hours that detection looks back on, and hours at five minutes' grain. */
export const HISTORY_HOURS: number = 39 * 24;
export const RECENT_WINDOWS: number = 48 * 12;
