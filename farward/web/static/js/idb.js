/** Requests and transactions of IndexedDB as promises. The service worker has this file in front of its own. */

export function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Resolves once all is on the disk. A full device aborts, and does not always say why. */
export function finished(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException("aborted", "QuotaExceededError"));
  });
}
