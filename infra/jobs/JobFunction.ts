import { Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Architecture, CfnEventInvokeConfig, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { JOB_SECONDS } from '../../planner/index.js';
import type { JobName } from './jobNames.js';

/** What a job's function is made with. */
export interface JobFunctionProps {
  readonly prefix: string;
  readonly job: JobName;
  readonly says: string;
  /** Folder with the bundle, the configuration it reads, and DuckDB where it needs it. */
  readonly bundle: string;
  readonly architecture: 'arm64' | 'x86_64';
  readonly memoryMb: number;
  readonly diskMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly statements: readonly PolicyStatement[];
  /** Of logs and of the environment. */
  readonly key: Key;
  readonly logsDays: number;
  readonly reserveConcurrency: boolean;
  /** Where runs go that failed to the end. */
  readonly failed: Queue;
  /** What follows a run that went through. */
  readonly next?: JobFunction;
}

/** The longest a function may run: what is not done then is done by the next run. */
const LONGEST_RUN = Duration.seconds(JOB_SECONDS);

/** The function of a job, with a role of its own. It runs once at a time: Lambda keeps further runs waiting, and a lease those it does not. */
export class JobFunction extends Construct {
  readonly function: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: JobFunctionProps) {
    super(scope, id);
    const name = `${props.prefix}-${props.job}`;
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${name}`,
      retention: props.logsDays,
      encryptionKey: props.key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', {
      roleName: `${name}-job`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `tenantscope: the ${props.job} job`,
    });
    logGroup.grantWrite(this.role);
    for (const statement of props.statements) this.role.addToPolicy(statement);
    this.function = new LambdaFunction(this, 'Function', {
      functionName: name,
      description: `tenantscope: ${props.says}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: props.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
      code: Code.fromAsset(props.bundle),
      handler: `jobs/${props.job}Handler.handler`,
      role: this.role,
      logGroup,
      memorySize: props.memoryMb,
      ephemeralStorageSize: Size.mebibytes(props.diskMb),
      timeout: LONGEST_RUN,
      environmentEncryption: props.key,
      environment: props.environment,
      ...(props.reserveConcurrency ? { reservedConcurrentExecutions: 1 } : {}),
    });
    const { failed, next } = props;
    this.role.addToPolicy(
      new PolicyStatement({ sid: 'KeepFailed', actions: ['sqs:SendMessage'], resources: [failed.queueArn] }),
    );
    if (next !== undefined) {
      const resources = [next.function.functionArn];
      this.role.addToPolicy(new PolicyStatement({ sid: 'StartNext', actions: ['lambda:InvokeFunction'], resources }));
    }
    const asynchronous = new CfnEventInvokeConfig(this, 'Asynchronous', {
      functionName: this.function.functionName,
      qualifier: '$LATEST',
      // Twice more, some minutes apart; what waited longer than an hour is what later runs have done.
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: Duration.hours(1).toSeconds(),
      destinationConfig: {
        onFailure: { destination: failed.queueArn },
        ...(next === undefined ? {} : { onSuccess: { destination: next.function.functionArn } }),
      },
    });
    // Lambda looks whether the role may do it.
    asynchronous.node.addDependency(this.role);
  }
}
