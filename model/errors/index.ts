export * from './AppError.js';
export * from './errorCodes.js';
