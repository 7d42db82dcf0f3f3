/* Makes a function that asks for an address. A newer request ends the one before, whose answer is
   then empty; `slow` is called if there is no answer after 300 ms. */
export const requests = (slow) => {
  let newest;
  return async (address) => {
    newest?.abort();
    const mine = newest = new AbortController();
    const timer = setTimeout(slow, 300);
    try {
      const answer = await fetch(address, { signal: mine.signal });
      const text = await answer.text();
      return mine === newest ? { answer, text } : {};
    } catch (error) {
      if (mine !== newest) return {};
      throw error;
    } finally { clearTimeout(timer); }
  };
};
