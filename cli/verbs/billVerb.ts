import type { Command } from 'commander';
import type { CliContext } from '../CliContext.js';
import { addBillCloseVerb } from './billCloseVerb.js';
import { addBillDiffVerb } from './billDiffVerb.js';
import { addBillExportVerb } from './billExportVerb.js';
import { addBillLineageVerb } from './billLineageVerb.js';
import { addBillSimulateVerb } from './billSimulateVerb.js';
import { addBillVerifyVerb } from './billVerifyVerb.js';

/** `tenantscope bill`: what tenants are billed, as packages that can be signed, checked and explained. */
export function addBillVerb(program: Command, context: CliContext): void {
  const bill = program.command('bill').description('billing exports: what tenants owe, and why');
  for (const add of [
    addBillExportVerb,
    addBillCloseVerb,
    addBillVerifyVerb,
    addBillDiffVerb,
    addBillLineageVerb,
    addBillSimulateVerb,
  ])
    add(bill, context);
}
